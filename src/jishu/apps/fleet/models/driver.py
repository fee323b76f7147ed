"""Who drives: a person of the register with a licence that is in force."""

from django.db import models
from django.db.models import Q

from jishu.platform.lib.records import Record


class Driver(Record):
    """A person drives for one unit at a time."""

    class Licence(models.TextChoices):
        A1 = "A1", "A1 大型客车"
        A2 = "A2", "A2 重型牵引挂车"
        A3 = "A3", "A3 城市公交车"
        B1 = "B1", "B1 中型客车"
        B2 = "B2", "B2 大型货车"
        C1 = "C1", "C1 小型汽车"
        C2 = "C2", "C2 小型自动挡汽车"

    class Shift(models.TextChoices):
        DAY = "day", "白班（7:00—19:00）"
        NIGHT = "night", "夜班（19:00—次日7:00）"
        ANY = "any", "机动"

    class Status(models.TextChoices):
        ON = "on", "在岗"
        LEAVE = "leave", "休假"
        LEFT = "left", "离岗"

    person = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="姓名", db_index=False
    )
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    licence = models.CharField("准驾车型", max_length=2, choices=Licence, default=Licence.C1)
    licence_on = models.DateField("初次领证日期", null=True, blank=True)
    licence_expires_on = models.DateField("驾驶证有效期至", help_text="到期后不能派车。")
    shift = models.CharField("班次", max_length=5, choices=Shift, default=Shift.DAY)
    status = models.CharField("状态", max_length=5, choices=Status, default=Status.ON)
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "驾驶员"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="driver_drives_for_one_unit", fields=("person",), condition=~Q(status="left")),
        )
        indexes = (
            models.Index(name="driver_unit_newest", fields=("unit", "-id")),
            models.Index(name="driver_person", fields=("person", "-id")),
            models.Index(name="driver_expiry", fields=("licence_expires_on", "id")),
            models.Index(name="driver_unit_expiry", fields=("unit", "licence_expires_on", "id")),
        )

    def __str__(self) -> str:
        return str(self.person)
