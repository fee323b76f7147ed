"""How many cars of a category a unit may have (编制), since when and by which document."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value

from jishu.platform.lib.db import SameKey
from jishu.platform.lib.records import Record

from .vehicle import Category


class Quota(Record):
    """Dated: what was in force in March can still be said in December."""

    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    category = models.CharField("车辆类别", max_length=2, choices=Category)
    cars = models.PositiveSmallIntegerField("编制（辆）", validators=(MaxValueValidator(2000),))
    starts_on = models.DateField("执行日期")
    ends_on = models.DateField("终止日期", null=True, blank=True, help_text="自该日起不再执行；现行编制留空。")
    document = models.CharField("核定文件", max_length=80, help_text="如 机管车编〔2024〕3号。")

    class Meta:
        verbose_name = verbose_name_plural = "车辆编制"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="quota_ends_after_it_starts", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))
            ),
            ExclusionConstraint(
                name="quota_is_one_at_a_time",
                expressions=[
                    (SameKey("unit"), RangeOperators.OVERLAPS),
                    # A text compared for equality by GiST would need an extension; its number does not.
                    (
                        Func(
                            Func(F("category"), function="hashtext"), Func(F("category"), function="hashtext"),
                            Value("[]"), function="int4range",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("starts_on"), F("ends_on"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        )  # fmt: skip
        indexes = (
            models.Index(name="quota_unit_newest", fields=("unit", "-id")),
            models.Index(name="quota_category", fields=("category", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.cars} 辆"
