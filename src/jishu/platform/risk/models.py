"""What is watched, and what became of each thing it was found in. An alert asks somebody to look; it judges nobody."""

from django.db import models
from django.db.models import F, Q

from jishu.platform.contract import Level
from jishu.platform.lib.records import Record

LEVELS = ((Level.RED.value, "红"), (Level.YELLOW.value, "黄"), (Level.BLUE.value, "蓝"))


class Watch(Record):
    """One risk as it is declared (风险规则), and how the last nights of looking for it went."""

    code = models.CharField("风险编号", max_length=20, unique=True, db_collation="C")
    name = models.CharField("风险名称", max_length=60)
    level = models.CharField("级别", max_length=8, choices=LEVELS)
    system = models.CharField("业务系统", max_length=40)
    summary = models.CharField("查找内容", max_length=300)
    basis = models.CharField("依据", max_length=300)
    rule = models.CharField("标准规则", max_length=80, blank=True, db_collation="C")
    is_declared = models.BooleanField("仍在使用", default=True)
    day = models.DateField("最近检查", null=True, editable=False)
    found = models.PositiveIntegerField("发现数", default=0, editable=False)
    seconds = models.DecimalField("用时（秒）", max_digits=8, decimal_places=2, default=0, editable=False)
    error = models.CharField("检查出错", max_length=300, blank=True, editable=False)
    failed_at = models.DateTimeField("出错时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "风险规则"
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Alert(Record):
    """One risk found in one record of one 单位 (风险提示), and how it was verified, put right and closed."""

    class State(models.TextChoices):
        WATCHING = "watching", "观察中"
        OPEN = "verifying", "待核实"
        CONFIRMED = "remedying", "属实整改中"
        REMEDIED = "remedied", "已整改待销号"
        CLOSED = "rectified", "已整改"
        UNFOUNDED = "unfounded", "不属实"
        GONE = "gone", "已消除"

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="alerts", verbose_name="风险规则")
    level = models.CharField("级别", max_length=8, choices=LEVELS)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    subject_kind = models.CharField("对象类别", max_length=60, db_collation="C", editable=False)
    subject = models.UUIDField("对象", editable=False)
    label = models.CharField("涉及事项", max_length=160)
    facts = models.JSONField("证据", default=list, editable=False)
    ruling = models.CharField("适用规则", max_length=500, blank=True)
    verifier = models.CharField("核实角色", max_length=60, db_collation="C", editable=False)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    first_on = models.DateField("首次发现")
    seen_on = models.DateField("最近发现", editable=False)
    opened_at = models.DateTimeField("提示时间", null=True, editable=False)
    due_at = models.DateTimeField("核实期限", null=True, editable=False)
    gone_on = models.DateField("原因消除", null=True, editable=False)
    again = models.PositiveSmallIntegerField("此前次数", default=0, editable=False)
    verified_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="核实人", db_index=False
    )
    verified_at = models.DateTimeField("核实时间", null=True)
    remedy_by = models.DateField("整改期限", null=True)
    remedied_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="整改人", db_index=False
    )
    closed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="销号人", db_index=False
    )
    closed_at = models.DateTimeField("结束时间", null=True, editable=False)
    escalated_at = models.DateTimeField("超期提醒", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "风险提示"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="alert_is_open_once",
                fields=("watch", "subject_kind", "subject", "unit"),
                condition=Q(state__in=("watching", "verifying", "remedying", "remedied")),
            ),
            models.CheckConstraint(
                name="alert_is_closed_by_another",
                condition=Q(closed_by=None) | (~Q(closed_by=F("verified_by")) & ~Q(closed_by=F("remedied_by"))),
            ),
            models.CheckConstraint(
                name="alert_judged_has_a_verifier",
                condition=~Q(state__in=("remedying", "remedied", "rectified", "unfounded"))
                | Q(verified_by__isnull=False, verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_true_says_until_when",
                condition=~Q(state__in=("remedying", "remedied", "rectified")) | Q(remedy_by__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_remedied_has_somebody",
                condition=~Q(state__in=("remedied", "rectified")) | Q(remedied_by__isnull=False),
            ),
            models.CheckConstraint(
                name="alert_closed_has_two_people", condition=~Q(state="rectified") | Q(closed_by__isnull=False)
            ),
            models.CheckConstraint(
                name="alert_ended_has_a_moment",
                condition=Q(state__in=("rectified", "unfounded", "gone"), closed_at__isnull=False)
                | (~Q(state__in=("rectified", "unfounded", "gone")) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="alert_before_somebody_is_due",
                condition=Q(state="watching") | Q(opened_at__isnull=False) | Q(state="gone"),
            ),
        )
        indexes = (
            models.Index(name="alert_unit_newest", fields=("unit", "-id")),
            models.Index(name="alert_unit_state", fields=("unit", "state", "-id")),
            models.Index(name="alert_subject", fields=("subject_kind", "subject")),
        )

    def __str__(self) -> str:
        return f"{self.watch.name}：{self.label}"

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED


ENDED = (Alert.State.CLOSED, Alert.State.UNFOUNDED, Alert.State.GONE)
LIVE = (Alert.State.WATCHING, Alert.State.OPEN, Alert.State.CONFIRMED, Alert.State.REMEDIED)
SHOWN = (Alert.State.OPEN, Alert.State.CONFIRMED, Alert.State.REMEDIED)


class Step(models.Model):
    """What was done about an alert, when and by whom; the platform itself has no person. Never changed."""

    class Deed(models.TextChoices):
        FOUND = "found", "发现并提示"
        CHANGED = "changed", "证据有变化"
        GONE = "gone", "原因已消除"
        CONFIRMED = "confirmed", "核实：属实"
        UNFOUNDED = "unfounded", "核实：不属实"
        REMEDIED = "remedied", "整改完成"
        RETURNED = "returned", "退回继续整改"
        CLOSED = "closed", "复核销号"
        URGED = "urged", "督办"
        OVERDUE = "overdue", "超期提醒单位负责人"

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="steps", verbose_name="风险提示")
    deed = models.CharField("经过", max_length=10, choices=Deed)
    at = models.DateTimeField("时间")
    person = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="经办人", db_index=False
    )
    said = models.CharField("意见", max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "风险提示经过"
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                name="step_of_a_person_says_why",
                condition=~Q(deed__in=("confirmed", "unfounded", "remedied", "returned", "closed")) | ~Q(said=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_deed_display()} {self.at:%Y-%m-%d}"
