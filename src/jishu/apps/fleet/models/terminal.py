"""What a car carries to say where it is. The gateway knows it by the phone number of its card."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from jishu.platform.lib.records import Record

from .vehicle import Vehicle


class Terminal(Record):
    """A JT/T 808 terminal. ``phone`` is kept without leading zeros, whatever the length of the field it came in."""

    class Status(models.TextChoices):
        STOCK = "stock", "在库"
        ACTIVE = "active", "在用"
        BROKEN = "broken", "故障"
        REMOVED = "removed", "已拆除"

    number = models.CharField("终端编号", max_length=30, db_collation="C", help_text="机身上的终端 ID。")
    phone = models.CharField(
        "终端手机号", max_length=20, db_collation="C", unique=True, help_text="SIM 卡号，终端的身份，不含前导零。",
        validators=(RegexValidator(r"^[1-9][0-9]{4,19}$", "终端手机号为 5—20 位数字，不以 0 开头。"),),
    )  # fmt: skip
    model = models.CharField("终端型号", max_length=30, blank=True)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, null=True, blank=True, related_name="terminals", verbose_name="安装车辆"
    )
    auth_hash = models.CharField("鉴权码摘要", max_length=64, blank=True, db_collation="C", editable=False)
    installed_on = models.DateField("安装日期", null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.STOCK)
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "车载终端"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="car_carries_one_active_terminal", fields=("vehicle",), condition=Q(status="active")
            ),
            models.CheckConstraint(
                name="active_terminal_is_in_a_car", condition=~Q(status="active") | Q(vehicle__isnull=False)
            ),
            models.CheckConstraint(name="terminal_phone_is_digits", condition=Q(phone__regex=r"^[1-9][0-9]{4,19}$")),
        )
        indexes = (
            models.Index(name="terminal_unit_newest", fields=("unit", "-id")),
            models.Index(name="terminal_status", fields=("status", "-id")),
        )

    def __str__(self) -> str:
        return self.number
