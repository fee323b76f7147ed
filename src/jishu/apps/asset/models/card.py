"""The asset ledger: what there is, where it is, who answers for it."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from jishu.platform.lib.records import Record

from .category import Category

# What a card says about its value and its origin: changed by a request that a second person confirms, never directly.
GUARDED = (
    "number", "category", "value", "acquired_on", "source", "life_months", "use_months", "voucher_number",
    "finance_number",
)  # fmt: skip


class Card(Record):
    """One thing, one card (一物一卡). The number is unique in the unit that owns the thing."""

    class State(models.TextChoices):
        IDLE = "idle", "在库"
        HANDING = "handing", "待签收"
        IN_USE = "in_use", "在用"
        LENT = "lent", "借出"
        REPAIR = "repair", "在修"
        RETIRING = "retiring", "待处置"
        RETIRED = "retired", "已处置"

    class Source(models.TextChoices):
        PURCHASE = "purchase", "购置"
        TRANSFER = "transfer", "调剂"
        DONATION = "donation", "接受捐赠"
        SURPLUS = "surplus", "盘盈"
        BUILT = "built", "自建"
        ALLOCATED = "allocated", "无偿划转"

    class Funding(models.TextChoices):
        FISCAL = "fiscal", "财政拨款"
        OWN = "own", "非财政资金"
        GIVEN = "given", "无需付款"

    number = models.CharField("资产编号", max_length=40, db_collation="C")
    name = models.CharField("资产名称", max_length=80)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="cards", verbose_name="资产分类", db_index=False
    )
    spec = models.CharField("规格型号", max_length=120, blank=True)
    serial_number = models.CharField("出厂编号", max_length=60, blank=True)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    department = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="使用处室",
        db_index=False,
    )  # fmt: skip
    place = models.CharField("存放地点", max_length=80, blank=True)
    user = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="使用人",
        db_index=False,
    )  # fmt: skip
    keeper = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="管理人",
        db_index=False,
    )  # fmt: skip
    value = models.DecimalField("原值", max_digits=16, decimal_places=2, help_text="单位：元。")
    acquired_on = models.DateField("取得日期")
    life_months = models.PositiveSmallIntegerField(
        "折旧年限（月）", null=True, blank=True, help_text="留空按资产分类的折旧年限规则；单位：月。",
        validators=(MinValueValidator(1), MaxValueValidator(1200)),
    )  # fmt: skip
    use_months = models.PositiveSmallIntegerField(
        "最低使用年限（月）", null=True, blank=True, help_text="留空按配置标准的最低使用年限；与折旧年限是两回事。",
        validators=(MinValueValidator(1), MaxValueValidator(1200)),
    )  # fmt: skip
    source = models.CharField("取得方式", max_length=12, choices=Source, default=Source.PURCHASE)
    line = models.ForeignKey(
        "asset.AcceptanceLine", on_delete=models.PROTECT, null=True, blank=True, related_name="cards",
        verbose_name="验收明细", editable=False, db_index=False,
    )  # fmt: skip
    funding = models.CharField("资金来源", max_length=10, choices=Funding, blank=True, db_default="")
    voucher_number = models.CharField("记账凭证号", max_length=40, blank=True, db_default="")
    finance_number = models.CharField(
        "财务编号", max_length=40, blank=True, db_default="", help_text="财务系统中的资产编号，对账时使用。"
    )
    warranty_until = models.DateField("保修期至", null=True, blank=True)
    photo = models.UUIDField("主照片", null=True, blank=True, editable=False)
    state = models.CharField("使用状况", max_length=12, choices=State, default=State.IDLE)
    idle_since = models.DateField("闲置起始日", null=True, blank=True, editable=False)
    """Since when it has lain in stock of its unit; the database keeps it (ADR 0109)."""
    remark = models.CharField("备注", max_length=200, blank=True)
    reserved_for = models.UUIDField("占用办件", null=True, blank=True, editable=False)
    search = models.GeneratedField(
        expression=Func(
            Concat(
                F("number"), Value(" "), F("name"), Value(" "), F("spec"), Value(" "), F("serial_number"), Value(" "),
                F("place"),
            ),
            function="jishu_search",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "资产卡片"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="card_number_is_unique_in_its_unit", fields=("unit", "number")),
            models.CheckConstraint(name="card_value_is_not_negative", condition=Q(value__gte=0)),
            models.CheckConstraint(
                name="card_in_use_has_a_user", condition=~Q(state__in=("in_use", "lent")) | Q(user__isnull=False)
            ),
            models.CheckConstraint(
                name="card_says_since_when_it_is_idle",
                condition=Q(state="idle", idle_since__isnull=False) | (~Q(state="idle") & Q(idle_since=None)),
            ),
            models.CheckConstraint(
                name="card_is_reserved_only_while_on_the_books",
                condition=Q(reserved_for=None) | Q(state__in=("idle", "handing", "in_use", "repair", "retiring")),
            ),
        )
        indexes = (
            # The list: newest first, or by any offered column, for one unit and for the whole district.
            models.Index(name="card_unit_newest", fields=("unit", "-id")),
            models.Index(name="card_unit_state", fields=("unit", "state", "-id")),
            models.Index(name="card_unit_acquired", fields=("unit", "acquired_on", "id")),
            models.Index(name="card_unit_value", fields=("unit", "value", "id")),
            models.Index(name="card_number", fields=("number", "id")),
            models.Index(name="card_acquired", fields=("acquired_on", "id")),
            models.Index(name="card_value", fields=("value", "id")),
            models.Index(name="card_state", fields=("state", "-id")),
            models.Index(name="card_category", fields=("category", "-id")),
            models.Index(name="card_user", fields=("user", "-id")),
            models.Index(name="card_keeper", fields=("keeper", "-id")),
            models.Index(name="card_department", fields=("department", "-id")),
            models.Index(name="card_idle", fields=("unit", "idle_since"), condition=Q(state="idle")),
            models.Index(name="card_line", fields=("line",), condition=Q(line__isnull=False)),
            models.Index(name="card_reserved", fields=("reserved_for",), condition=Q(reserved_for__isnull=False)),
            GinIndex(name="card_search", fields=("search",)),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class NumberSeries(models.Model):
    """The last running number given out in one unit, class and year. Locked while a number is taken."""

    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    head = models.CharField("编号前段", max_length=24, db_collation="C")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "资产编号序列"
        constraints = (models.UniqueConstraint(name="series_is_one_per_head", fields=("unit", "head")),)

    def __str__(self) -> str:
        return f"{self.head} {self.last}"
