"""Lending (借用): who has a thing until when. The database keeps two loans of one thing apart."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce

from jishu.platform.lib.db import SameKey
from jishu.platform.lib.records import Record

from .card import Card


class Loan(Record):
    """Half-open in days: what comes back in the morning may be lent again that day."""

    class State(models.TextChoices):
        BOOKED = "booked", "已预约"
        OUT = "lent", "借出"
        RETURNED = "returned", "已归还"
        CANCELLED = "cancelled", "已取消"

    card = models.ForeignKey(
        Card, on_delete=models.PROTECT, related_name="loans", verbose_name="资产卡片", db_index=False
    )
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    borrower = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="借用人")
    state = models.CharField("状态", max_length=10, choices=State, default=State.BOOKED)
    lent_on = models.DateField("借用日期")
    due_on = models.DateField("应还日期", help_text="当天下班前归还。")
    returned_on = models.DateField("归还日期", null=True, blank=True)
    purpose = models.CharField("用途", max_length=200)
    condition = models.CharField("归还时状况", max_length=200, blank=True, help_text="完好，或写明损坏、缺件和赔偿。")

    class Meta:
        verbose_name = verbose_name_plural = "借用单"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="loan_ends_after_it_begins", condition=Q(due_on__gte=F("lent_on"))),
            models.CheckConstraint(
                name="loan_is_returned_when_it_says_so",
                condition=Q(state="returned", returned_on__gte=F("lent_on"))
                | (~Q(state="returned") & Q(returned_on=None)),
            ),
            models.UniqueConstraint(name="loan_out_is_one_per_card", fields=("card",), condition=Q(state="lent")),
            ExclusionConstraint(
                name="loan_does_not_overlap",
                expressions=[
                    (SameKey("card"), RangeOperators.OVERLAPS),
                    (
                        Func(
                            F("lent_on"),
                            Coalesce("returned_on", F("due_on") + Value(1)),
                            function="daterange",
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(state="cancelled"),
            ),
        )
        indexes = (
            models.Index(name="loan_unit_newest", fields=("unit", "-id")),
            models.Index(name="loan_due", fields=("due_on",), condition=Q(state="lent")),
        )

    def __str__(self) -> str:
        return f"{self.card} {self.lent_on:%Y-%m-%d}"
