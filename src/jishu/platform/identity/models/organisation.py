"""Units, people, their appointments, and what they were granted."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from jishu.platform.identity.roles import role_choices
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import SameKey
from jishu.platform.lib.records import Record
from jishu.platform.lib.search import search_column


class Unit(Record):
    """A node of the dated organisation tree (省→市→县→乡→单位→处室).

    ``path`` is the chain of keys from the root, each closed by a dot ("1.7.31."), so that a subtree is a prefix.
    ``agency`` is the 单位 a node belongs to: the legal body that owns things and keeps books.
    """

    class Kind(models.TextChoices):
        REGION = "region", "行政区"
        AGENCY = "agency", "单位"
        DEPARTMENT = "department", "处室"

    code = models.CharField("单位代码", max_length=24, unique=True)
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=30)
    kind = models.CharField("类别", max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    agency = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="nodes", verbose_name="所属单位"
    )
    path = models.CharField("路径", max_length=200, unique=True, db_collation="C", editable=False)
    opened_on = models.DateField("设立日期")
    closed_on = models.DateField("撤销日期", null=True, blank=True)
    search = search_column("name", "short_name", "code")

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ("path",)
        indexes = (GinIndex(name="unit_search", fields=("search",)),)
        constraints = (
            models.CheckConstraint(
                name="unit_closes_after_it_opens", condition=Q(closed_on=None) | Q(closed_on__gt=F("opened_on"))
            ),
            models.CheckConstraint(
                name="unit_department_has_an_agency", condition=~Q(kind="department") | Q(agency__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.name


class Person(Record):
    """Someone who works, or worked, for a unit. People are never deleted; they leave on a day."""

    code = models.CharField("人员编号", max_length=24, unique=True)
    name = models.CharField("姓名", max_length=40)
    name_key = models.CharField("姓名拼音", max_length=160, db_collation="C", editable=False, db_index=True)
    spelled = models.CharField("拼音检索", max_length=200, db_collation="C", db_default="", editable=False)
    """ljg lijianguo: what people type to find 李建国."""
    left_on = models.DateField("离岗日期", null=True, blank=True, help_text="自该日零时起不再在岗，可以预先登记。")
    frozen_at = models.DateTimeField("离岗办结时间", null=True, editable=False)
    """When the worker had ended posts, grants and sessions; what leaving means does not wait for it."""
    search = search_column("name", "code", "spelled")

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ("name_key", "id")
        indexes = (GinIndex(name="person_search", fields=("search",)),)

    def __str__(self) -> str:
        return self.name

    @property
    def has_left(self) -> bool:
        """From the midnight that begins the leaving day."""
        return self.left_on is not None and self.left_on <= today()


class Appointment(Record):
    """A post held by a person in a unit, from one day until before another (任职)."""

    class Rank(models.TextChoices):
        BUREAU_HEAD = "21", "县处级正职"
        BUREAU_DEPUTY = "22", "县处级副职"
        SECTION_HEAD = "31", "乡科级正职"
        SECTION_DEPUTY = "32", "乡科级副职"
        STAFF = "40", "科员及以下"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments", verbose_name="人员")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments", verbose_name="任职处室")
    post = models.CharField("职务", max_length=40)
    rank = models.CharField("职级", max_length=2, choices=Rank)
    is_primary = models.BooleanField("主要任职", default=True)
    is_head = models.BooleanField("主持工作", default=False, help_text="主持该单位或处室工作，审批时作为负责人。")
    during = DateRangeField("任职期间")

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = (
            ExclusionConstraint(
                name="appointment_one_primary_at_a_time",
                expressions=[(SameKey("person_id"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
                condition=Q(is_primary=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.post}"


ADMINISTRATORS = ("identity.system", "identity.security", "identity.audit")


class Grant(Record):
    """A role on a unit's whole subtree, from one day until before another.

    The three administrators (系统、安全保密、审计) exclude each other: the index allows a person only one
    of those roles that is not revoked, whatever the dates say.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="grants", verbose_name="人员")
    role = models.CharField("角色", max_length=60, choices=role_choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants", verbose_name="管辖单位")
    during = DateRangeField("有效期间")
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    proposed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    confirmed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    """Both, or neither where the platform itself gave it: while it is set up, and when units are reorganised."""

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        constraints = (
            models.UniqueConstraint(
                name="grant_one_administrator_role",
                fields=("person",),
                condition=Q(role__in=ADMINISTRATORS, revoked_at=None),
            ),
            models.UniqueConstraint(
                name="grant_is_not_doubled", fields=("person", "role", "unit"), condition=Q(revoked_at=None)
            ),
            models.CheckConstraint(
                name="grant_has_maker_and_checker",
                condition=Q(proposed_by=None, confirmed_by=None)
                | Q(proposed_by__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_is_confirmed_by_another",
                condition=Q(confirmed_by=None)
                | (~Q(confirmed_by=F("proposed_by")) & ~Q(confirmed_by=F("person")) & ~Q(proposed_by=F("person"))),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"
