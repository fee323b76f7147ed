"""Repairs (维修): what was broken, who mended it, what it cost, and whether it made the thing worth more."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from jishu.apps.asset.models import Card
from jishu.platform.lib.records import Record


class Repair(Record):
    """One job on one thing. Open ones are one per thing; the card is held for it from the moment it is accepted."""

    class State(models.TextChoices):
        ASKED = "asked", "待受理"
        UNDER_WAY = "repair", "维修中"
        DONE = "completed", "已修好"
        BEYOND = "retiring", "无法修复"
        STOPPED = "stopped", "未维修"

    class Booking(models.TextChoices):
        NONE = "none", "未发生费用"
        EXPENSE = "expense", "费用化"
        CAPITAL = "capital", "资本化"

    case = models.UUIDField("维修办件", editable=False, unique=True)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    card = models.ForeignKey(
        Card, on_delete=models.PROTECT, related_name="repairs", verbose_name="资产卡片", db_index=False
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    fault = models.CharField("故障现象", max_length=500)
    asked_on = models.DateField("报修日期")
    in_warranty = models.BooleanField("保修期内", default=False)
    repairer = models.CharField("维修单位", max_length=80, blank=True)
    quote = models.DecimalField("报价", max_digits=16, decimal_places=2, null=True)
    cost = models.DecimalField("维修费用", max_digits=16, decimal_places=2, default=0)
    booking = models.CharField("入账方式", max_length=8, choices=Booking, default=Booking.NONE)
    added_months = models.PositiveSmallIntegerField(
        "延长使用年限（月）", default=0, validators=(MaxValueValidator(600),)
    )
    done_on = models.DateField("验收日期", null=True, blank=True)
    result = models.CharField("维修结果", max_length=300, blank=True)
    voucher_number = models.CharField("记账凭证号", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "维修单"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="repair_open_is_one_per_card", fields=("card",), condition=Q(state__in=("asked", "repair"))
            ),
            models.CheckConstraint(name="repair_costs_are_not_negative", condition=Q(cost__gte=0)),
            models.CheckConstraint(
                name="repair_cost_is_booked",
                condition=Q(cost=0, booking="none") | Q(cost__gt=0, booking__in=("expense", "capital")),
            ),
            models.CheckConstraint(
                name="repair_done_says_when",
                condition=Q(state__in=("completed", "retiring"), done_on__isnull=False)
                | (~Q(state__in=("completed", "retiring")) & Q(done_on=None, cost=0)),
            ),
        )
        indexes = (
            models.Index(name="repair_unit_newest", fields=("unit", "-id")),
            models.Index(name="repair_card", fields=("card", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.card} {self.asked_on:%Y-%m-%d}"
