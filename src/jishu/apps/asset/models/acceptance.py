"""Taking in (验收入库): what came, from whom, paid by what, and the cards it became."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.records import Record

from .card import Card
from .category import Category


class Acceptance(Record):
    """One delivery, accepted by two people. Its cards are made with it; until they are used it can be undone."""

    class State(models.TextChoices):
        STORED = "stored", "已入库"
        UNDONE = "undone", "已撤销"

    number = models.CharField("验收单号", max_length=40, db_collation="C")
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    state = models.CharField("状态", max_length=8, choices=State, default=State.STORED)
    source = models.CharField("取得方式", max_length=12, choices=Card.Source)
    accepted_on = models.DateField("验收日期", help_text="即取得日期，当月起计提折旧。")
    supplier = models.CharField("供应商或来源单位", max_length=80, blank=True)
    contract_number = models.CharField("合同或批复文号", max_length=60, blank=True)
    invoice_number = models.CharField("发票号码", max_length=60, blank=True, db_collation="C")
    funding = models.CharField("资金来源", max_length=10, choices=Card.Funding, blank=True)
    voucher_number = models.CharField("记账凭证号", max_length=40, blank=True)
    warranty_until = models.DateField("保修期至", null=True, blank=True)
    total = models.DecimalField("总金额", max_digits=16, decimal_places=2)
    quantity = models.PositiveIntegerField("总数量")
    accepted_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="验收人"
    )
    witnessed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="共同验收人"
    )
    remark = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "验收单"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="acceptance_number_is_unique_in_its_unit", fields=("unit", "number")),
            models.CheckConstraint(name="acceptance_is_by_two_people", condition=~Q(accepted_by=F("witnessed_by"))),
        )
        indexes = (
            models.Index(name="acceptance_unit_newest", fields=("unit", "-id")),
            models.Index(name="acceptance_invoice", fields=("unit", "invoice_number"), condition=~Q(invoice_number="")),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.number


class AcceptanceLine(models.Model):
    """One line of the order; its cards share ``total`` to the cent."""

    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="lines")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", verbose_name="资产分类")
    purchase = models.ForeignKey(
        "asset.PurchaseLine", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="申购明细"
    )
    name = models.CharField("资产名称", max_length=80)
    spec = models.CharField("规格型号", max_length=120, blank=True)
    quantity = models.PositiveIntegerField("数量", validators=(MinValueValidator(1), MaxValueValidator(500)))
    total = models.DecimalField("金额", max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "验收明细"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(name="line_brings_something", condition=Q(quantity__gte=1, total__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.quantity}"
