"""Roles lent for some days by the person who holds them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.db import SameKey
from jishu.platform.lib.records import Record


class Delegation(Record):
    """角色委托: somebody uses a role of another for some days. It ends with the grant, and cannot be lent on."""

    grant = models.ForeignKey(
        "identity.Grant", on_delete=models.PROTECT, related_name="delegations", verbose_name="角色"
    )
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="lends", verbose_name="委托人")
    delegate = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="borrows", verbose_name="受托人"
    )
    during = DateRangeField("期间")
    reason = models.CharField("事由", max_length=200)
    revoked_at = models.DateTimeField("终止时间", null=True, blank=True)
    revoked_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="终止人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "角色委托"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="delegation_is_to_another", condition=~Q(delegate=F("person"))),
            models.CheckConstraint(
                name="delegation_begins_and_ends",
                condition=Q(during__lower_inf=False, during__upper_inf=False, during__isempty=False),
            ),
            ExclusionConstraint(
                name="delegation_once_at_a_time",
                expressions=[
                    (SameKey("grant_id"), RangeOperators.OVERLAPS),
                    (SameKey("delegate_id"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(revoked_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} 委托 {self.delegate}：{self.grant.get_role_display()}"
