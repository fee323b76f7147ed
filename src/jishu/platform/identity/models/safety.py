"""What keeps accounts safe: the policy, second factors, sessions, tokens, and the trail of what happened."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.clock import now
from jishu.platform.lib.records import Record

from .accounts import Account
from .organisation import Person


def _between(name: str, **bounds: tuple[int, int]) -> models.CheckConstraint:
    condition = Q()
    for field, (least, most) in bounds.items():
        condition &= Q(**{f"{field}__gte": least, f"{field}__lte": most})
    return models.CheckConstraint(name=name, condition=condition)


class Policy(Record):
    """What is asked of passwords and sessions from one day on (账号安全规定). Never changed: a new one replaces it.

    The defaults hold where none was ever laid down.
    """

    since = models.DateField("施行日期", unique=True)
    min_length = models.PositiveSmallIntegerField("密码最少位数", default=10)
    min_classes = models.PositiveSmallIntegerField(
        "字符种类", default=3, help_text="大写字母、小写字母、数字、符号中至少几种。"
    )
    phrase_length = models.PositiveSmallIntegerField(
        "长口令位数", default=20, help_text="达到这个长度的口令不再要求字符种类。"
    )
    history = models.PositiveSmallIntegerField("不得重复最近几次的密码", default=5)
    max_age_days = models.PositiveSmallIntegerField("密码有效天数", default=180, help_text="0 为长期有效。")
    admin_max_age_days = models.PositiveSmallIntegerField("管理员密码有效天数", default=90)
    one_time_hours = models.PositiveSmallIntegerField("一次性密码有效小时数", default=72)
    idle_minutes = models.PositiveSmallIntegerField("闲置退出分钟数", default=30)
    session_hours = models.PositiveSmallIntegerField("登录最长小时数", default=12)
    lock_after = models.PositiveSmallIntegerField("连续输错几次锁定账号", default=5)
    lock_minutes = models.PositiveSmallIntegerField("锁定分钟数", default=15)
    address_failures = models.PositiveSmallIntegerField(
        "同一地址容许的失败次数", default=60, help_text="在锁定分钟数之内；一个单位常常共用一个出口地址，不宜过小。"
    )
    token_per_minute = models.PositiveIntegerField("每个接口令牌每分钟最多调用次数", default=600)
    delegation_days = models.PositiveSmallIntegerField("角色委托一次最长天数", default=60, db_default=60)
    reason = models.CharField("调整理由", max_length=200)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="制定人")

    class Meta:
        verbose_name = verbose_name_plural = "账号安全规定"
        ordering = ("-since",)
        constraints = (
            _between("policy_passwords_are_strong", min_length=(8, 64), min_classes=(1, 4), phrase_length=(16, 128),
                     history=(0, 24), admin_max_age_days=(1, 365), one_time_hours=(1, 168)),
            _between("policy_sessions_end", idle_minutes=(5, 240), session_hours=(1, 24)),
            _between("policy_guessing_is_slow", lock_after=(3, 10), lock_minutes=(5, 1440),
                     address_failures=(10, 5000), token_per_minute=(1, 100_000)),
            _between("policy_delegations_end", delegation_days=(1, 366)),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d} 起施行的账号安全规定"


class PastPassword(models.Model):
    """The hash of a password that was replaced, so that it is not taken again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="past_passwords", verbose_name="账号")
    password = models.CharField("密码哈希", max_length=128)
    replaced_at = models.DateTimeField("停用时间", default=now)

    class Meta:
        verbose_name = verbose_name_plural = "历史密码"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.account_id} 的历史密码"


class Factor(Record):
    """The key an authenticator shares with us (动态口令), sealed. ``pending`` waits for its first right code.

    ``last_step`` is the half minute of the code used last: neither it nor an earlier one counts again.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="factor", verbose_name="账号")
    secret = models.BinaryField("密钥", null=True, editable=False)
    pending = models.BinaryField("待确认的密钥", null=True, editable=False)
    last_step = models.BigIntegerField("最后使用的时间步", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "动态口令"

    def __str__(self) -> str:
        return f"{self.account.username} 的动态口令"


class RecoveryCode(models.Model):
    """Stands in for an authenticator that was lost, once. Eighty random bits need no slow hash."""

    factor = models.ForeignKey(Factor, on_delete=models.CASCADE, related_name="codes", verbose_name="动态口令")
    digest = models.CharField("哈希", max_length=64, db_collation="C")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "恢复码"
        constraints = (models.UniqueConstraint(name="recovery_code_is_given_once", fields=("factor", "digest")),)

    def __str__(self) -> str:
        return f"{self.factor_id} 的恢复码"


class Session(AbstractBaseSession):
    """One browser that is signed in. ``session_key`` is the hash of the key in its cookie."""

    uid = models.UUIDField("标识", unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="sessions")
    began_at = models.DateTimeField("登录时间", default=now)
    seen_at = models.DateTimeField("最近使用", default=now)
    address = models.GenericIPAddressField("地址", null=True)
    device = models.CharField("设备", max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录"
        ordering = ("-seen_at",)

    def __str__(self) -> str:
        return self.device or "未知设备"


class ApiToken(Record):
    """What a program shows instead of a password: part of its owner's permissions, for at most a year.

    Only the hash is kept; ``hint`` is the beginning, by which people tell their tokens apart.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens", verbose_name="账号")
    name = models.CharField("名称", max_length=40)
    hint = models.CharField("开头", max_length=12, db_collation="C", editable=False)
    digest = models.CharField("哈希", max_length=64, unique=True, db_collation="C", editable=False)
    permissions = ArrayField(models.CharField(max_length=80), verbose_name="权限")
    expires_at = models.DateTimeField("有效期至")
    revoked_at = models.DateTimeField("吊销时间", null=True)
    last_used_at = models.DateTimeField("最近使用", null=True, editable=False)
    last_address = models.GenericIPAddressField("最近使用的地址", null=True, editable=False)
    minute = models.DateTimeField("计数的分钟", null=True, editable=False)
    calls = models.PositiveIntegerField("该分钟内的次数", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="token_lasts_a_year_at_most",
                condition=Q(expires_at__lte=F("created_at") + models.Value("366 days", models.DurationField())),
            ),
        )

    def __str__(self) -> str:
        return self.name


class SecurityEvent(Record):
    """Something that happened to an account, as its owner may see it. An unknown account leaves no name here:
    people type passwords into the wrong field."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", "登录"
        SIGNED_OUT = "signed_out", "退出登录"
        FAILED = "failed", "登录失败"
        LOCKED = "locked", "登录失败，账号已锁定"
        PASSWORD_CHANGED = "password_changed", "修改密码"
        PASSWORD_RESET = "password_reset", "管理员重置密码"
        FACTOR_ADDED = "factor_added", "启用动态口令"
        FACTOR_REMOVED = "factor_removed", "停用动态口令"
        RECOVERY_USED = "recovery_used", "使用恢复码"
        CODES_RENEWED = "codes_renewed", "重新生成恢复码"
        SESSIONS_ENDED = "sessions_ended", "结束其他登录"
        TOKEN_MADE = "token_made", "创建接口令牌"
        TOKEN_REVOKED = "token_revoked", "吊销接口令牌"
        TOKEN_MOVED = "token_moved", "接口令牌换了地址"

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, related_name="security_events", verbose_name="人员"
    )
    kind = models.CharField("事件", max_length=20, choices=Kind)
    address = models.GenericIPAddressField("地址", null=True)
    device = models.CharField("设备", max_length=80, blank=True)
    detail = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "安全事件"
        ordering = ("-id",)
        indexes = (
            models.Index(name="security_event_by_person", fields=("person", "-id")),
            models.Index(
                name="security_event_by_address",
                fields=("address", "created_at"),
                condition=Q(kind__in=("failed", "locked")),
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
