"""The yearly report (国有资产年报) of a unit as it was when it was closed."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.records import Record


class AnnualReport(Record):
    """``tables`` are what was reported; later changes of the ledger do not reach them."""

    class State(models.TextChoices):
        CLOSED = "closed", "已结报"
        REOPENED = "reopened", "已撤销结报"

    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("状态", max_length=8, choices=State, default=State.CLOSED)
    tables = models.JSONField("报表", encoder=DjangoJSONEncoder)
    closed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="结报人"
    )
    reopened_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="撤销人"
    )
    reopened_at = models.DateTimeField("撤销时间", null=True)
    reason = models.CharField("撤销理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "资产年报"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="annual_holds_once_a_year", fields=("unit", "year"), condition=Q(state="closed")
            ),
            models.CheckConstraint(
                name="annual_reopening_needs_two_people",
                condition=Q(state="closed") | (Q(reopened_at__isnull=False) & ~Q(reason="")
                                               & ~Q(reopened_by=F("closed_by"))),
            ),
        )  # fmt: skip
        indexes = (models.Index(name="annual_unit_year", fields=("unit", "-year", "-id")),)

    def __str__(self) -> str:
        return f"{self.unit} {self.year}年资产年报"
