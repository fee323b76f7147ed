"""How a car left the fleet, and what came in for it."""

from django.db import models
from django.db.models import Q

from jishu.apps.fleet.models import Vehicle
from jishu.platform.lib.records import Record


class Disposal(Record):
    """One car, one case. Open ones are one per car."""

    class Mode(models.TextChoices):
        AUCTION = "auction", "公开拍卖"
        SCRAP = "scrap", "报废回收"
        TRANSFER = "transfer", "无偿划转"
        LOSS = "loss", "报损"

    class State(models.TextChoices):
        ASKED = "asked", "审批中"
        DONE = "completed", "已处置"
        STOPPED = "stopped", "未处置"

    case = models.UUIDField("处置办件", unique=True, editable=False)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, related_name="disposals", verbose_name="车辆", db_index=False
    )
    mode = models.CharField("处置方式", max_length=10, choices=Mode)
    reason = models.CharField("处置原因", max_length=300)
    appraisal = models.DecimalField("评估价", max_digits=16, decimal_places=2, null=True, blank=True)
    income = models.DecimalField("处置收入", max_digits=16, decimal_places=2, default=0)
    deregistered_on = models.DateField("注销登记日期", null=True, blank=True)
    certificate = models.CharField("注销或回收证明编号", max_length=60, blank=True, db_collation="C")
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)

    class Meta:
        verbose_name = verbose_name_plural = "车辆处置"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="car_is_disposed_of_once", fields=("vehicle",), condition=~Q(state="stopped")),
            models.CheckConstraint(name="car_income_is_not_negative", condition=Q(income__gte=0)),
            models.CheckConstraint(
                name="disposed_car_is_deregistered",
                condition=~Q(state="completed") | (Q(deregistered_on__isnull=False) & ~Q(certificate="")),
            ),
        )
        indexes = (models.Index(name="car_disposal_unit", fields=("unit", "-id")),)

    def __str__(self) -> str:
        return f"{self.get_mode_display()} {self.vehicle}"
