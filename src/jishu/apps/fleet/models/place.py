"""Places cars are kept at and go to, named once for the whole district."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from jishu.platform.lib.records import Record


class Place(Record):
    """A depot or a stop. Coordinates are WGS-84, as terminals report them."""

    class Kind(models.TextChoices):
        DEPOT = "depot", "定点停放点"
        OFFICE = "office", "办公地点"
        STOP = "stop", "常用地点"
        STATION = "station", "加油充电站"
        WORKSHOP = "workshop", "维修厂"

    name = models.CharField("地点名称", max_length=60, unique=True)
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.STOP)
    address = models.CharField("详细地址", max_length=120, blank=True)
    longitude = models.DecimalField(
        "经度", max_digits=9, decimal_places=6, help_text="WGS-84 坐标，单位：度，如 121.420757。",
        validators=(MinValueValidator(72), MaxValueValidator(138)),
    )  # fmt: skip
    latitude = models.DecimalField(
        "纬度", max_digits=9, decimal_places=6, help_text="WGS-84 坐标，单位：度，如 28.656386。",
        validators=(MinValueValidator(0), MaxValueValidator(56)),
    )  # fmt: skip
    radius_m = models.PositiveSmallIntegerField(
        "范围（米）", default=50, help_text="离该点多少米以内算在此处，10—2000 米。",
        validators=(MinValueValidator(10), MaxValueValidator(2000)),
    )  # fmt: skip
    is_open = models.BooleanField("启用", default=True)
    search = models.GeneratedField(
        expression=Func(Concat(F("name"), Value(" "), F("address")), function="jishu_search"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = verbose_name_plural = "地点"
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                name="place_is_in_china",
                condition=Q(longitude__gte=72, longitude__lte=138, latitude__gte=0, latitude__lte=56),
            ),
            models.CheckConstraint(name="place_has_a_reach", condition=Q(radius_m__gte=10, radius_m__lte=2000)),
        )
        indexes = (
            models.Index(name="place_kind", fields=("kind", "-id")),
            GinIndex(name="place_search", fields=("search",)),
        )

    def __str__(self) -> str:
        return self.name
