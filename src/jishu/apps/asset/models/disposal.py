"""Disposal (处置): what left the ledger, how, by whose approval, and what it brought in."""

from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.records import Record

from .card import Card


class Disposal(Record):
    """Written when the disposal is carried out; the case behind it tells who asked and who approved."""

    class Mode(models.TextChoices):
        ALLOCATED = "allocated", "无偿划转"
        DONATED = "donated", "对外捐赠"
        SOLD = "sold", "出售"
        SWAPPED = "swapped", "置换"
        SCRAPPED = "scrapped", "报废"
        LOST = "lost", "损失核销"

    case = models.UUIDField("办件", unique=True, editable=False)
    number = models.CharField("处置单号", max_length=40, db_collation="C")
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    mode = models.CharField("处置方式", max_length=10, choices=Mode)
    approval_number = models.CharField("批复文号", max_length=60)
    disposed_on = models.DateField("处置日期")
    receiver = models.CharField("接收方", max_length=80, blank=True)
    cards = models.PositiveIntegerField("件数")
    value = models.DecimalField("账面原值", max_digits=16, decimal_places=2)
    net = models.DecimalField("账面净值", max_digits=16, decimal_places=2)
    assessed = models.DecimalField("评估价", max_digits=16, decimal_places=2, null=True, blank=True)
    income = models.DecimalField("处置收入", max_digits=16, decimal_places=2, default=0)
    pay_by = models.DateField("上缴期限", null=True, blank=True)
    paid_on = models.DateField("上缴日期", null=True, blank=True)
    paid_voucher = models.CharField("缴库凭证号", max_length=60, blank=True)
    is_early = models.BooleanField("未达最低使用年限", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "处置单"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="disposal_number_is_unique_in_its_unit", fields=("unit", "number")),
            models.CheckConstraint(
                name="disposal_for_money_is_assessed",
                condition=~Q(mode__in=("sold", "swapped")) | Q(assessed__isnull=False),
            ),
            models.CheckConstraint(name="disposal_income_is_not_negative", condition=Q(income__gte=0)),
            models.CheckConstraint(name="disposal_income_is_due", condition=Q(income=0) | Q(pay_by__isnull=False)),
            models.CheckConstraint(
                name="disposal_payment_has_a_voucher", condition=Q(paid_on=None) | ~Q(paid_voucher="")
            ),
            models.CheckConstraint(name="disposal_loses_no_more_than_the_value", condition=Q(net__lte=F("value"))),
        )
        indexes = (models.Index(name="disposal_unit_newest", fields=("unit", "-id")),)

    def __str__(self) -> str:
        return self.number


class DisposalLine(models.Model):
    """One thing as it stood in the books when it went."""

    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="lines")
    card = models.OneToOneField(Card, on_delete=models.PROTECT, related_name="disposed", verbose_name="资产卡片")
    value = models.DecimalField("原值", max_digits=16, decimal_places=2)
    accumulated = models.DecimalField("累计折旧", max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "处置明细"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.disposal_id} {self.card_id}"
