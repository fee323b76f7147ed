"""What a unit asked to buy, by which rules that was judged, and the car it became."""

from django.db import models
from django.db.models import Q

from jishu.apps.fleet.models import Category, Vehicle
from jishu.platform.lib.records import Record


class Purchase(Record):
    """One car: a new one within the quota, or one in place of another."""

    class Why(models.TextChoices):
        NEW = "new", "新增"
        RENEWAL = "renewal", "更新"

    class State(models.TextChoices):
        ASKED = "asked", "审批中"
        APPROVED = "approved", "已批准"
        RECEIVED = "completed", "已验收"
        STOPPED = "stopped", "未购置"

    case = models.UUIDField("购置办件", unique=True, editable=False)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    why = models.CharField("配备原因", max_length=8, choices=Why)
    category = models.CharField("车辆类别", max_length=2, choices=Category)
    replaces = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拟更新旧车"
    )
    brand = models.CharField("拟购车型", max_length=60)
    body = models.CharField("车型", max_length=10, choices=Vehicle.Body)
    energy = models.CharField("动力类型", max_length=10, choices=Vehicle.Energy)
    displacement_l = models.DecimalField("排气量（升）", max_digits=3, decimal_places=1, null=True, blank=True)
    price = models.DecimalField("预算单价", max_digits=16, decimal_places=2)
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    evidence = models.JSONField("审核依据", default=dict, editable=False)
    asked_on = models.DateField("申请日期")
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="新车"
    )

    class Meta:
        verbose_name = verbose_name_plural = "车辆购置"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="renewal_names_the_old_car",
                condition=Q(why="new", replaces=None) | Q(why="renewal", replaces__isnull=False),
            ),
            models.UniqueConstraint(
                name="old_car_is_renewed_once",
                fields=("replaces",),
                condition=Q(state__in=("asked", "approved", "completed")),
            ),
            models.CheckConstraint(
                name="received_purchase_has_its_car", condition=~Q(state="completed") | Q(vehicle__isnull=False)
            ),
        )
        indexes = (models.Index(name="car_purchase_unit", fields=("unit", "-id")),)

    def __str__(self) -> str:
        return f"{self.get_why_display()} {self.brand}"
