"""What was asked to be bought (申购明细): one row a line, with what it was judged by, and how much has come."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from jishu.apps.asset.models import Category
from jishu.platform.lib.records import Record


class PurchaseLine(Record):
    """``evidence`` is what was found at submission: the standard, the headcount, what stood idle. It never changes."""

    class State(models.TextChoices):
        ASKED = "asked", "审批中"
        APPROVED = "approved", "已批准"
        STOPPED = "stopped", "未批准"

    class Why(models.TextChoices):
        NEW = "new", "新增配置"
        RENEW = "renew", "到期更新"
        PROJECT = "project", "专项任务"

    case = models.UUIDField("申购办件", editable=False)
    position = models.PositiveSmallIntegerField("行号", editable=False)
    number = models.CharField("申购单号", max_length=40, db_collation="C")
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", verbose_name="资产分类", db_index=False
    )
    name = models.CharField("资产名称", max_length=80)
    spec = models.CharField("规格要求", max_length=120, blank=True)
    quantity = models.PositiveIntegerField("申购数量", validators=(MinValueValidator(1), MaxValueValidator(500)))
    price = models.DecimalField("单价", max_digits=16, decimal_places=2, help_text="单位：元。批准的单价上限。")
    received = models.PositiveIntegerField("已入库", default=0)
    why = models.CharField("申购原因", max_length=8, choices=Why)
    state = models.CharField("状态", max_length=8, choices=State, default=State.ASKED)
    is_over = models.BooleanField("超标准", default=False)
    is_split = models.BooleanField("疑似拆单", default=False)
    asked_on = models.DateField("申购日期")
    approved_on = models.DateField("批准日期", null=True, blank=True)
    is_open = models.GeneratedField(
        expression=Q(state="approved", received__lt=F("quantity")),  # type: ignore[arg-type]  # as an expression
        output_field=models.BooleanField("待到货"),
        db_persist=True, verbose_name="待到货",
    )  # fmt: skip
    evidence = models.JSONField("核对情况", default=dict, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "申购明细"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="purchase_line_has_its_place", fields=("case", "position")),
            models.CheckConstraint(name="purchase_asks_for_something", condition=Q(quantity__gte=1, price__gte=0)),
            models.CheckConstraint(
                name="purchase_brings_no_more_than_was_approved",
                condition=Q(received__lte=F("quantity")) & (Q(received=0) | Q(state="approved")),
            ),
            models.CheckConstraint(
                name="purchase_approved_says_when", condition=~Q(state="approved") | Q(approved_on__isnull=False)
            ),
        )
        indexes = (
            models.Index(name="purchase_unit_newest", fields=("unit", "-id")),
            models.Index(name="purchase_unit_category", fields=("unit", "category", "asked_on")),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}（还可入库 {self.left}）"

    @property
    def left(self) -> int:
        return self.quantity - self.received
