"""Transfers (调拨): what went from whom to whom, and under which number it goes on."""

from django.db import models
from django.db.models import F, Q

from jishu.apps.asset.models import Card
from jishu.platform.lib.records import Record


class Transfer(Record):
    """Made when the receiver has confirmed; both units keep it, the giving one also after the cards have gone."""

    class Mode(models.TextChoices):
        WITHIN = "within", "单位内调整"
        BETWEEN = "between", "调拨到其他单位"
        POOL = "pool", "公物仓调剂"
        LEAVING = "leaving", "人员交接"

    case = models.UUIDField("调拨办件", editable=False, unique=True)
    number = models.CharField("调拨单号", max_length=40, db_collation="C")
    mode = models.CharField("调拨方式", max_length=8, choices=Mode)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="调出单位", db_index=False
    )
    to_unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="调入单位", db_index=False
    )
    moved_on = models.DateField("调拨日期")
    cards = models.PositiveIntegerField("件数")
    value = models.DecimalField("账面原值", max_digits=16, decimal_places=2)
    net = models.DecimalField("账面净值", max_digits=16, decimal_places=2)
    reason = models.CharField("调拨原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "调拨单"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="transfer_number_is_unique_in_its_unit", fields=("unit", "number")),
            models.CheckConstraint(
                name="transfer_between_is_to_another_unit",
                condition=Q(mode__in=("between", "pool")) & ~Q(unit=F("to_unit"))
                | Q(mode__in=("within", "leaving"), unit=F("to_unit")),
            ),
            models.CheckConstraint(name="transfer_moves_something", condition=Q(cards__gte=1, net__lte=F("value"))),
        )
        indexes = (
            models.Index(name="transfer_unit_newest", fields=("unit", "-id")),
            models.Index(name="transfer_to_unit_newest", fields=("to_unit", "-id")),
        )

    def __str__(self) -> str:
        return self.number


class TransferLine(models.Model):
    """One thing as it went: its number before and after, and whose it was and is."""

    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="lines")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="transfers", verbose_name="资产卡片")
    number_before = models.CharField("原资产编号", max_length=40, db_collation="C", db_index=True)
    number = models.CharField("资产编号", max_length=40, db_collation="C")
    from_user = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="原使用人"
    )
    to_user = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="使用人"
    )
    from_keeper = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="原管理人"
    )
    to_keeper = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="管理人"
    )
    value = models.DecimalField("原值", max_digits=16, decimal_places=2)
    accumulated = models.DecimalField("累计折旧", max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "调拨明细"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(name="transfer_names_a_thing_once", fields=("transfer", "card")),)

    def __str__(self) -> str:
        return f"{self.number_before} → {self.number}"
