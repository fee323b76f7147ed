"""What units were called and where they stood, and who took over from whom."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.db import SameKey
from jishu.platform.lib.records import Record


class UnitPast(Record):
    """How a unit stood before it was renamed or moved (沿革). The present stands in `Unit` alone."""

    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="past", verbose_name="单位")
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=30)
    parent = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="上级"
    )
    during = DateRangeField("期间")

    class Meta:
        verbose_name = verbose_name_plural = "单位沿革"
        ordering = ("unit", "during")
        constraints = (
            ExclusionConstraint(
                name="unit_stood_one_way_at_a_time",
                expressions=[(SameKey("unit_id"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return self.name


class Succession(Record):
    """One unit took over from another on a day (承接). Complete: who took over from a successor is named here, too."""

    predecessor = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="successions", verbose_name="原单位"
    )
    successor = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="predecessions", verbose_name="承接单位"
    )
    since = models.DateField("承接日期")

    class Meta:
        verbose_name = verbose_name_plural = "单位承接"
        constraints = (
            models.UniqueConstraint(name="succession_is_not_doubled", fields=("predecessor", "successor")),
            models.CheckConstraint(name="succession_is_of_another", condition=~Q(predecessor=F("successor"))),
        )

    def __str__(self) -> str:
        return f"{self.successor} 承接 {self.predecessor}"
