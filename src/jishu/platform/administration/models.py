"""What is prepared by one administrator and decided by another: grants, and reorganisations."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jishu.platform.identity.api import role_choices
from jishu.platform.lib.records import Record


class GrantRequest(Record):
    """授权申请: a role on a unit for a person, prepared by one 安全保密管理员 and confirmed by another."""

    class State(models.TextChoices):
        WAITING = "waiting", "待复核"
        CONFIRMED = "confirmed", "已授权"
        REFUSED = "refused", "不予通过"
        WITHDRAWN = "withdrawn", "已撤回"

    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="被授权人")
    role = models.CharField("角色", max_length=60, choices=role_choices)
    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="管辖单位")
    since = models.DateField("起")
    until = models.DateField("止（不含当日）", null=True, blank=True)
    reason = models.CharField("理由", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    proposed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="经办人"
    )
    decided_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    opinion = models.CharField("复核意见", max_length=300, blank=True)
    result = models.ForeignKey(
        "identity.Grant", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="形成的授权"
    )

    class Meta:
        verbose_name = verbose_name_plural = "授权申请"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="grant_request_is_not_for_oneself", condition=~Q(proposed_by=F("person"))),
            models.CheckConstraint(
                name="grant_request_is_decided_by_another",
                condition=Q(decided_by=None) | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("person"))),
            ),
            models.CheckConstraint(
                name="grant_request_decision_is_whole",
                condition=Q(state__in=("waiting", "withdrawn"), decided_by=None, result=None)
                | Q(state="refused", decided_by__isnull=False, result=None)
                | Q(state="confirmed", decided_by__isnull=False, result__isnull=False),
            ),
            models.CheckConstraint(
                name="grant_request_ends_after_it_begins", condition=Q(until=None) | Q(until__gt=F("since"))
            ),
            models.UniqueConstraint(
                name="grant_request_waits_once", fields=("person", "role", "unit"), condition=Q(state="waiting")
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} {self.get_role_display()}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


class Bundle(Record):
    """岗位授权模板: the roles that go with a post, so that a newcomer gets them in one go."""

    name = models.CharField("岗位", max_length=40, unique=True)
    roles = ArrayField(models.CharField(max_length=60), verbose_name="角色", size=30)

    class Meta:
        verbose_name = verbose_name_plural = "岗位授权模板"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Reorganisation(Record):
    """机构改革方案: steps that take effect together on one day, after another person has confirmed them."""

    class State(models.TextChoices):
        DRAFT = "draft", "编制中"
        WAITING = "waiting", "待复核"
        CONFIRMED = "confirmed", "待执行"
        REFUSED = "refused", "不予通过"
        CANCELLED = "cancelled", "已取消"
        DONE = "done", "已执行"
        FAILED = "failed", "执行受阻"

    title = models.CharField("方案名称", max_length=80)
    basis = models.CharField("依据", max_length=200, help_text="批准文件及文号。")
    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="范围")
    on = models.DateField("生效日期")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    proposed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="编制人"
    )
    decided_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    opinion = models.CharField("复核意见", max_length=300, blank=True)
    executed_at = models.DateTimeField("执行时间", null=True, blank=True)
    problem = models.CharField("受阻原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构改革方案"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="reorganisation_is_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="reorganisation_runs_only_confirmed",
                condition=Q(state__in=("draft", "waiting", "cancelled"), executed_at=None)
                | Q(state__in=("confirmed", "refused", "failed"), decided_by__isnull=False, executed_at=None)
                | Q(state="done", decided_by__isnull=False, executed_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Step(Record):
    """One deed of a plan, in order. A unit that the plan itself opens is named by its code."""

    class Kind(models.TextChoices):
        OPEN = "open", "新设"
        RENAME = "rename", "更名"
        MOVE = "move", "调整隶属"
        MERGE = "merge", "并入"
        CLOSE = "close", "撤销"

    plan = models.ForeignKey(Reorganisation, on_delete=models.CASCADE, related_name="steps", verbose_name="方案")
    place = models.PositiveSmallIntegerField("次序")
    kind = models.CharField("事项", max_length=8, choices=Kind)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位"
    )
    target = models.CharField("上级或承接单位代码", max_length=24, blank=True)
    code = models.CharField("新单位代码", max_length=24, blank=True)
    name = models.CharField("新名称", max_length=60, blank=True)
    short_name = models.CharField("新简称", max_length=30, blank=True)
    unit_kind = models.CharField("类别", max_length=12, blank=True)
    predecessor = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="分出自"
    )

    class Meta:
        verbose_name = verbose_name_plural = "机构改革事项"
        ordering = ("plan", "place")
        constraints = (
            models.UniqueConstraint(name="step_has_its_place", fields=("plan", "place")),
            models.CheckConstraint(
                name="step_says_what_it_needs",
                condition=(Q(kind="open") & ~Q(code="") & ~Q(name="") & ~Q(target=""))
                | (Q(kind="rename", unit__isnull=False) & ~Q(name=""))
                | (Q(kind__in=("move", "merge"), unit__isnull=False) & ~Q(target=""))
                | Q(kind="close", unit__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.unit or self.name}"
