"""Cases (办件), the definitions they follow, what people have to do, and the log of what they did."""

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from jishu.platform.identity.api import Person, Unit, name_on
from jishu.platform.lib.clock import ZONE
from jishu.platform.lib.records import Record

from .design_models import DesignedItem, ItemEdition
from .flow_models import Override, Sketch, Stroke
from .year_models import HolidayYear

__all__ = [
    "Action",
    "Case",
    "CaseCopy",
    "Counter",
    "Definition",
    "DesignedItem",
    "Dossier",
    "HolidayYear",
    "ItemEdition",
    "Override",
    "Pause",
    "Proxy",
    "Sketch",
    "Stroke",
    "Task",
]


class Definition(models.Model):
    """One published version of an item's flow. Cases stay on the version they began with."""

    item = models.CharField("事项编码", max_length=40, db_collation="C")
    version = models.PositiveIntegerField("版本")
    flow = models.JSONField("流程")
    hash = models.CharField("流程哈希", max_length=64, db_collation="C")
    published_at = models.DateTimeField("发布时间")

    class Meta:
        verbose_name = verbose_name_plural = "流程定义"
        constraints = (
            models.UniqueConstraint(name="definition_version_is_unique", fields=("item", "version")),
            models.UniqueConstraint(name="definition_is_published_once", fields=("item", "hash")),
        )

    def __str__(self) -> str:
        return f"{self.item} 第 {self.version} 版"


class Counter(models.Model):
    """The last number given under a head and year. Locked until commit, so that numbers have no gaps."""

    head = models.CharField("事项简称", max_length=20)
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "办件编号"
        constraints = (models.UniqueConstraint(name="counter_one_per_head_and_year", fields=("head", "year")),)

    def __str__(self) -> str:
        return f"{self.head}〔{self.year}〕"


class Case(Record):
    """One thing asked of the office (办件): form, state, promise, and one history.

    A draft holds what was typed, unchecked, under ``values``; from the first submission on it holds the checked
    values, and ``shown`` the same as people read it: ``[{"name", "title", "text"}]``.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        RUNNING = "running", "审批中"
        RETURNED = "returned", "待补正"
        SUSPENDED = "suspended", "已挂起"
        HANDLING = "handling", "办理中"
        CONFIRMING = "confirming", "待确认"
        COMPLETED = "completed", "已办结"
        REJECTED = "rejected", "不予通过"
        WITHDRAWN = "withdrawn", "已撤回"
        TERMINATED = "terminated", "已终止"

    number = models.CharField("办件编号", max_length=40, null=True, unique=True)  # noqa: DJ001 — drafts have none yet
    item = models.CharField("事项编码", max_length=40, db_collation="C")
    item_name = models.CharField("事项", max_length=60)
    subject = models.CharField("标题", max_length=200)
    state = models.CharField("状态", max_length=12, choices=State, default=State.DRAFT)
    applicant = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="申请人"
    )
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="单位")
    department = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="处室"
    )
    form_key = models.UUIDField("表单标识", editable=False)
    values = models.JSONField("填写内容", default=dict, editable=False)
    shown = models.JSONField("填写内容（可读）", default=list, editable=False)
    edition = models.ForeignKey(
        ItemEdition, on_delete=models.PROTECT, to_field="uid", null=True, editable=False, db_index=False,
        related_name="+", verbose_name="事项版本",
    )  # fmt: skip
    """The form of an item without code as it was when the case was submitted; for a draft there is none."""
    typed = models.JSONField("补正中的填写内容", null=True, editable=False)
    """What the applicant typed since the case came back, unchecked; nobody else reads it."""
    definition = models.ForeignKey(
        Definition, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name="流程版本"
    )
    engine = models.JSONField("流转状态", null=True, editable=False)
    submitted_at = models.DateTimeField("提交时间", null=True)
    deadline_at = models.DateTimeField("承诺办结时间", null=True)
    time_left = models.DurationField("剩余办理时间", null=True, editable=False)
    """Working time left of the promise when the case was returned or suspended; the clock stands still meanwhile."""
    closed_at = models.DateTimeField("办结时间", null=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="children", verbose_name="主办件"
    )
    parent_node = models.CharField("主办件环节", max_length=40, blank=True, db_collation="C", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "办件"
        indexes = (
            models.Index(name="case_of_applicant", fields=("applicant", "-id")),
            models.Index(name="case_of_agency", fields=("agency", "-id")),
            models.Index(name="case_of_designed_item", fields=("item", "-id"), condition=Q(edition__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(name="case_is_opened_once_per_form", fields=("applicant", "form_key")),
            models.CheckConstraint(
                name="case_state_is_known",
                condition=Q(state__in=("draft", "running", "returned", "suspended", "handling", "confirming",
                                       "completed", "rejected", "withdrawn", "terminated")),
            ),
            models.CheckConstraint(
                name="case_is_complete_unless_draft",
                condition=Q(state="draft", number=None, engine=None)
                | Q(number__isnull=False, engine__isnull=False, definition__isnull=False, submitted_at__isnull=False,
                    deadline_at__isnull=False) & ~Q(state="draft"),
            ),
            models.CheckConstraint(
                name="case_is_closed_when_ended",
                condition=Q(state__in=("completed", "rejected", "withdrawn", "terminated"), closed_at__isnull=False)
                | Q(state__in=("draft", "running", "returned", "suspended", "handling", "confirming"), closed_at=None),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.subject}" if self.number else self.subject

    @property
    def agency_then(self) -> str:
        """What the 单位 was called when the case was handed in; units are renamed, papers are not."""
        return name_on(self.agency, (self.submitted_at or self.created_at).astimezone(ZONE).date())

    def get_absolute_url(self) -> str:
        return reverse("workflow:case_detail", args=[self.uid])


# What a person did themselves, as opposed to what became unnecessary.
DONE = ("approved", "rejected", "returned", "handled", "transferred", "overruled")
PENDING = ("open", "waiting", "parked")


class Task(Record):
    """One person's to-do in one case, open or done. ``number`` is the engine's key of it within the case.

    ``timer_at`` is when the next timeout of its step is due (``stage`` counts them); the worker takes what is due.
    ``timer_left`` and ``due_left`` hold the working time left while the task waits for others.
    """

    class Turn(models.TextChoices):
        WAITING = "waiting", "尚未轮到"
        OPEN = "open", "待办"
        PARKED = "parked", "等待他人"
        APPROVED = "approved", "同意"
        REJECTED = "rejected", "不同意"
        RETURNED = "returned", "退回"
        HANDLED = "handled", "已办理"
        TRANSFERRED = "transferred", "已转办"
        AUTO = "auto", "自动通过"
        EXPIRED = "expired", "超时不予通过"
        OVERRULED = "overruled", "加签任务不通过"
        REMOVED = "removed", "已减签"
        CANCELLED = "cancelled", "无需办理"

    class Part(models.TextChoices):
        OWN = "own", "本环节"
        BESIDE = "beside", "并加签"
        BEFORE = "before", "前加签"
        AFTER = "after", "后加签"
        DELEGATE = "delegate", "委派"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="tasks", verbose_name="办件")
    number = models.PositiveIntegerField("序号")
    node = models.CharField("环节", max_length=40, db_collation="C")
    title = models.CharField("环节名称", max_length=60)
    is_approval = models.BooleanField("审批环节")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="办理人"
    )
    given_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="转办人"
    )
    acted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="代理人"
    )
    part = models.CharField("身份", max_length=10, choices=Part, default=Part.OWN)
    turn = models.CharField("状态", max_length=12, choices=Turn)
    opinion = models.CharField("意见", max_length=1000, blank=True)
    due_at = models.DateTimeField("办理期限")
    due_left = models.DurationField("剩余时间", null=True)
    timer_at = models.DateTimeField("超时处理时间", null=True)
    timer_left = models.DurationField("距超时处理", null=True)
    stage = models.PositiveSmallIntegerField("超时级次", default=0)
    opened_at = models.DateTimeField("送达时间")
    acted_at = models.DateTimeField("办理时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理任务"
        indexes = (
            # one person's to-do list, soonest first: a range scan however many tasks are open elsewhere
            models.Index(name="task_todo", fields=("person", "due_at", "id"), condition=Q(turn="open")),
            models.Index(name="task_done", fields=("person", "-acted_at", "-id"), condition=Q(turn__in=DONE)),
            models.Index(
                name="task_done_for_others",
                fields=("acted_by", "-acted_at", "-id"),
                condition=Q(acted_by__isnull=False),
            ),
            models.Index(name="task_timer", fields=("timer_at",), condition=Q(timer_at__isnull=False)),
            models.Index(name="task_holder", fields=("case", "person")),
        )
        constraints = (
            models.UniqueConstraint(name="task_number_is_unique_in_its_case", fields=("case", "number")),
            models.UniqueConstraint(
                name="task_one_pending_per_person", fields=("case", "node", "person"),
                condition=Q(turn__in=PENDING),
            ),
            models.CheckConstraint(
                name="task_is_acted_when_settled",
                condition=Q(turn__in=PENDING, acted_at=None) | ~Q(turn__in=PENDING) & Q(acted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="task_is_acted_after_it_opened", condition=Q(acted_at=None) | Q(acted_at__gte=F("opened_at"))
            ),
            models.CheckConstraint(
                name="task_timer_runs_while_open", condition=Q(timer_at=None) | Q(turn="open")
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title} {self.get_turn_display()}"


class Pause(models.Model):
    """A case stands at a 等待. ``due_at`` is when its time comes, if it waits for a time; ``left`` while suspended."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="pauses", verbose_name="办件")
    node = models.CharField("环节", max_length=40, db_collation="C")
    began_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("到期时间", null=True)
    left = models.DurationField("剩余时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "办件等待"
        indexes = (models.Index(name="pause_due", fields=("due_at",), condition=Q(due_at__isnull=False)),)
        constraints = (
            models.UniqueConstraint(name="pause_once_per_step", fields=("case", "node")),
            models.CheckConstraint(name="pause_runs_or_stands", condition=Q(due_at=None) | Q(left=None)),
        )

    def __str__(self) -> str:
        return f"{self.case} 等待 {self.node}"


class CaseCopy(models.Model):
    """Someone who may read one case (抄送), but not the form fields in ``hidden``."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="copies", verbose_name="办件")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="抄送给")
    hidden = ArrayField(models.CharField(max_length=40), verbose_name="不可见内容", default=list)
    at = models.DateTimeField("抄送时间")

    class Meta:
        verbose_name = verbose_name_plural = "抄送"
        constraints = (models.UniqueConstraint(name="copy_once_per_case", fields=("case", "person")),)

    def __str__(self) -> str:
        return f"{self.case} 抄送 {self.person}"


class Proxy(Record):
    """代理: ``deputy`` acts in the person's stead for some time, in the named items or, when none is named, in all."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="委托人")
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="代理人")
    during = DateTimeRangeField("代理期间")
    items = ArrayField(models.CharField(max_length=40), verbose_name="代理事项", default=list)
    reason = models.CharField("事由", max_length=200, blank=True)
    revoked_at = models.DateTimeField("终止时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "代理"
        constraints = (
            models.CheckConstraint(name="proxy_is_someone_else", condition=~Q(person=F("deputy"))),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.deputy} 代 {self.person}"


class Action(models.Model):
    """One line of a case's log: append-only (by trigger), and enough to rebuild its state."""

    class Kind(models.TextChoices):
        SUBMIT = "submit", "提交"
        AGREE = "agree", "同意"
        DISAGREE = "disagree", "不同意"
        SEND_BACK = "sendback", "退回"
        WITHDRAW = "withdraw", "撤回"
        TRANSFER = "transfer", "转办"
        PERFORM = "perform", "办理"
        DELEGATE = "delegate", "委派"
        ADD_SIGNERS = "addsigners", "加签"
        REMOVE_SIGNER = "removesigner", "减签"
        CLAIM = "claim", "认领"
        UNCLAIM = "unclaim", "取消认领"
        TAKE_BACK = "takeback", "拿回"
        URGE = "urge", "催办"
        COPY = "copy", "抄送"
        SUSPEND = "suspend", "挂起"
        CONTINUE = "continue", "恢复"
        TERMINATE = "terminate", "终止"
        REASSIGN = "reassign", "移交"
        TIME_OUT = "timeout", "超时处理"
        CHILD_ENDED = "childended", "子流程结束"
        WAITED = "waited", "等待结束"
        HAPPENED = "happened", "业务事件"
        RAN = "ran", "自动办理"

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, db_index=False, related_name="actions", verbose_name="办件"
    )
    seq = models.PositiveIntegerField("序号")
    kind = models.CharField("操作", max_length=12, choices=Kind)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="操作人"
    )
    """Nobody when the platform acted by itself: a time ran out, a child case ended."""
    node = models.CharField("环节", max_length=40, blank=True, db_collation="C")
    opinion = models.CharField("意见", max_length=1000, blank=True)
    data = models.JSONField("内容")
    shown = models.JSONField("填写内容（可读）", default=list)
    key = models.UUIDField("请求标识")
    at = models.DateTimeField("时间")
    seal = models.CharField("签署摘要", max_length=64, blank=True, default="", db_default="", db_collation="C")
    """SM3 over who decided what, when, and the form as they saw it: see ``signatures``. Empty before there were any."""

    class Meta:
        verbose_name = verbose_name_plural = "办件日志"
        ordering = ("case", "seq")
        constraints = (
            models.UniqueConstraint(name="action_has_its_place", fields=("case", "seq")),
            models.UniqueConstraint(name="action_happens_once_per_request", fields=("case", "key")),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


class Dossier(Record):
    """The file of one ended case (办件卷宗) as it was archived. ``code`` leads to the page that vouches for it."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="dossier", verbose_name="办件")
    code = models.CharField("核验码", max_length=20, unique=True, db_collation="C")
    digest = models.CharField("文件摘要（SHA-256）", max_length=64, db_collation="C")
    stored_as = models.CharField("存放位置", max_length=200)
    size = models.PositiveIntegerField("大小（字节）")

    class Meta:
        verbose_name = verbose_name_plural = "办件卷宗"

    def __str__(self) -> str:
        return f"{self.case} 卷宗"
