"""A year of the working calendar as an administrator brought it in: days off, moved working days, and who agreed."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from jishu.platform.identity.api import Person
from jishu.platform.lib.records import Record


class HolidayYear(Record):
    """放假安排 of one year. ``days``: ``[{"date", "off", "name"}]``, those a notice speaks of; never changed."""

    class State(models.TextChoices):
        WAITING = "confirming", "待复核"
        IN_FORCE = "completed", "已启用"
        REFUSED = "rejected", "未通过"
        WITHDRAWN = "withdrawn", "已撤回"
        REPLACED = "terminated", "已替换"

    year = models.PositiveSmallIntegerField("年度")
    source = models.CharField("依据文件", max_length=120)
    days = models.JSONField("放假和调休")
    reason = models.CharField("说明", max_length=300, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.WAITING)
    proposed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="提出人"
    )
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="复核人"
    )
    decided_at = models.DateTimeField("复核时间", null=True)
    opinion = models.CharField("复核意见", max_length=300, blank=True)
    moved = models.PositiveIntegerField("期限变动的办件数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "工作日历"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="holidays_one_year_in_force", fields=("year",), condition=Q(state="completed")
            ),
            models.UniqueConstraint(name="holidays_wait_once", fields=("year",), condition=Q(state="confirming")),
            models.CheckConstraint(name="holidays_year_is_near", condition=Q(year__gte=2020, year__lte=2099)),
            models.CheckConstraint(
                name="holidays_are_decided_by_another",
                condition=Q(state__in=("confirming", "withdrawn"), decided_by=None)
                | Q(state__in=("completed", "rejected", "terminated"), decided_at__isnull=False)
                & ~Q(decided_by=F("proposed_by")) & Q(decided_by__isnull=False),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.year} 年放假安排"

    def get_absolute_url(self) -> str:
        return reverse("workflow:holidays", args=[self.uid])
