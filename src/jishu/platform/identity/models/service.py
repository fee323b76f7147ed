"""Accounts of machines: somebody answers for each, and none signs in with a password."""

from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.records import Record


class ServiceAccount(Record):
    """系统对接账号: another system that calls the data interface under a name of its own.

    ``person`` is its entry among those who may hold roles and stand in the audit record; it holds no post and is on
    no list of people. The day it expires is that entry's ``left_on``: whatever keeps leavers out keeps it out.
    """

    person = models.OneToOneField(
        "identity.Person", on_delete=models.PROTECT, related_name="service", editable=False, verbose_name="登记"
    )
    name = models.CharField("名称", max_length=30, help_text="写明哪个系统，例如：财政一体化系统。")
    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="归属单位")
    responsible = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="answers_for", verbose_name="责任人"
    )
    purpose = models.CharField("用途", max_length=200, help_text="取什么数据、做什么用、多久一次。")
    opened_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="+", editable=False, verbose_name="开立人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "系统对接账号"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="service_name_is_unique_in_its_unit", fields=("unit", "name")),
            models.CheckConstraint(name="service_does_not_answer_for_itself", condition=~Q(responsible=F("person"))),
        )

    def __str__(self) -> str:
        return self.name
