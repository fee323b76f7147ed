"""Rules as dated data: which document says what, since when, for whom — and who agreed to it here."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from jishu.platform.lib.db import SameKey
from jishu.platform.lib.records import Record
from jishu.platform.lib.search import search_column

from .families import family_choices
from .ruling import Severity, citation

NATIONAL = "全国"


class Verification(models.TextChoices):
    """How far the text was compared with the original (核对原文)."""

    FULL = "full", "已核"
    PART = "part", "部分核实"
    NONE = "none", "待核"
    LOCAL = "local", "本级核定"


class Document(Record):
    """What a rule is taken from: a law, a regulation, a standard, a notice (依据文件)."""

    code = models.CharField("文件代码", max_length=40, unique=True, db_collation="C")
    name = models.CharField("文件名称", max_length=120)
    number = models.CharField("文号", max_length=80, blank=True)
    issuer = models.CharField("发布机关", max_length=80, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    effective_on = models.DateField("施行日期", null=True, blank=True)
    verification = models.CharField("核对情况", max_length=8, choices=Verification, default=Verification.NONE)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "依据文件"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Clause(Record):
    """A place in a document; an empty label means the document as a whole."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="clauses", verbose_name="依据文件")
    label = models.CharField("条款", max_length=40, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "条款"
        constraints = (models.UniqueConstraint(name="clause_stands_once_in_a_document", fields=("document", "label")),)

    def __str__(self) -> str:
        return citation(self.document.name, self.document.number, self.label)


class Rule(Record):
    """What is ruled on, whatever the value of the day: ``asset.equipment.desktop`` 台式计算机."""

    code = models.CharField("规则代码", max_length=80, unique=True, db_collation="C")
    family = models.CharField("规则类别", max_length=40, choices=family_choices, db_collation="C")
    title = models.CharField("规则名称", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "规则"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class Edition(Record):
    """What a rule says, from one day until before another, within one scope (规则版本).

    Scope is the whole country, a region by its GB/T 2260 code without trailing zeros, or a unit with everything
    below it. What an edition says is never changed — a trigger refuses it — so that a ruling can be traced to it.
    """

    class State(models.TextChoices):
        IN_FORCE = "in_force", "启用"
        OFF = "off", "停用"
        UNVERIFIED = "unverified", "待核"
        REPLACED = "replaced", "已替换"

    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="editions", verbose_name="规则")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="+", verbose_name="条款")
    region = models.CharField("行政区划代码", max_length=12, blank=True, db_collation="C")
    region_name = models.CharField("行政区划", max_length=40, default=NATIONAL)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="适用单位"
    )
    during = DateRangeField("有效期间")
    parameters = models.JSONField("参数", default=dict)
    severity = models.CharField("约束程度", max_length=8, choices=Severity)
    state = models.CharField("状态", max_length=12, choices=State)
    verification = models.CharField("核对情况", max_length=8, choices=Verification, default=Verification.NONE)
    note = models.CharField("来源说明", max_length=300, blank=True)
    summary = models.TextField("规则内容", editable=False)
    searched = models.TextField("检索内容", editable=False)
    switched_at = models.DateTimeField("人工启停时间", null=True, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出人"
    )
    confirmed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    reason = models.CharField("理由", max_length=300, blank=True)
    scope_key = models.GeneratedField(
        expression=Coalesce(
            Value(0) - F("unit_id"),
            Cast(NullIf(F("region"), Value("")), models.BigIntegerField()),
            Value(0),
            output_field=models.BigIntegerField(),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    search = search_column("searched")

    class Meta:
        verbose_name = verbose_name_plural = "规则版本"
        ordering = ("-id",)
        constraints = (
            ExclusionConstraint(
                name="edition_one_in_force_per_scope",
                expressions=[
                    (SameKey("rule_id"), RangeOperators.OVERLAPS),
                    (SameKey("scope_key"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state="in_force"),
            ),
            models.CheckConstraint(
                name="edition_in_force_is_verified_or_confirmed",
                condition=~Q(state="in_force")
                | Q(verification="full")
                | (Q(confirmed_by__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="edition_is_confirmed_by_another",
                condition=Q(confirmed_by=None) | (Q(proposed_by__isnull=False) & ~Q(proposed_by=F("confirmed_by"))),
            ),
            models.CheckConstraint(
                name="edition_of_a_unit_was_confirmed", condition=Q(unit=None) | Q(confirmed_by__isnull=False)
            ),
            models.CheckConstraint(name="edition_has_one_kind_of_scope", condition=Q(unit=None) | Q(region="")),
            models.CheckConstraint(
                name="edition_region_is_a_code", condition=Q(region="") | Q(region__regex="^[1-9][0-9]+$")
            ),
        )
        indexes = (GinIndex(name="edition_search", fields=("search",)),)

    def __str__(self) -> str:
        return f"{self.rule}（{self.scope}）"

    @property
    def scope(self) -> str:
        return self.unit.short_name if self.unit is not None else self.region_name

    @property
    def basis(self) -> str:
        return str(self.clause)


class Proposal(Record):
    """A change of the rules that one person asks for and another decides on (规则变更)."""

    class Kind(models.TextChoices):
        ADJUST = "adjust", "本单位调整"
        SWITCH_ON = "on", "启用"
        SWITCH_OFF = "off", "停用"

    class State(models.TextChoices):
        WAITING = "confirming", "待复核"
        CONFIRMED = "completed", "已生效"
        REFUSED = "rejected", "未通过"
        WITHDRAWN = "withdrawn", "已撤回"

    kind = models.CharField("变更类型", max_length=8, choices=Kind)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="proposals", verbose_name="原规则版本")
    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="适用单位")
    parameters = models.JSONField("调整后参数", null=True, blank=True)
    severity = models.CharField("调整后约束程度", max_length=8, choices=Severity, blank=True)
    since = models.DateField("执行日期", null=True, blank=True)
    basis = models.CharField("本级依据", max_length=200, blank=True, help_text="本单位或本级政府文件的名称和文号。")
    reason = models.CharField("理由", max_length=300)
    state = models.CharField("状态", max_length=12, choices=State, default=State.WAITING)
    proposed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="提出人"
    )
    decided_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    opinion = models.CharField("复核意见", max_length=300, blank=True)
    result = models.ForeignKey(
        Edition, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="形成的规则版本"
    )

    class Meta:
        verbose_name = verbose_name_plural = "规则变更"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="proposal_is_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="proposal_decided_has_a_decider",
                condition=Q(state__in=("confirming", "withdrawn"), decided_by=None)
                | Q(state__in=("completed", "rejected"), decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(name="proposal_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="proposal_to_adjust_says_what",
                condition=~Q(kind="adjust") | (Q(parameters__isnull=False) & Q(since__isnull=False) & ~Q(severity="")),
            ),
            models.UniqueConstraint(
                name="proposal_waits_once", fields=("edition", "unit"), condition=Q(state="confirming")
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.edition.rule}（{self.unit.short_name}）"


class Revision(models.Model):
    """One row that a trigger stamps anew whenever a rule changes; processes compare it with what they hold."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    stamp = models.UUIDField("版本戳", default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = "规则库版本"

    def __str__(self) -> str:
        return str(self.stamp)
