"""Which leader looks after which units and departments."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from jishu.platform.lib.db import SameKey
from jishu.platform.lib.records import Record


class LeaderScope(Record):
    """分管: a leader looks after a node and what is below it, unless something below has a leader of its own."""

    leader = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="leads", verbose_name="分管领导"
    )
    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="led_by", verbose_name="分管范围")
    during = DateRangeField("分管期间")

    class Meta:
        verbose_name = verbose_name_plural = "领导分管"
        constraints = (
            ExclusionConstraint(
                name="leader_scope_one_leader_at_a_time",
                expressions=[(SameKey("unit_id"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return f"{self.leader} 分管 {self.unit}"
