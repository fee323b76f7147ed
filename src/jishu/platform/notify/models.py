"""What the platform told whom, and by which ways it left the platform."""

from django.db import models
from django.db.models import Q

from jishu.platform.identity.api import Person
from jishu.platform.lib.records import Record

from .kinds import Channel, Kind, Mode


class Message(Record):
    """One message to one person. ``link`` is an address inside the platform, ``case`` the 办件 it is about."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="收件人"
    )
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.GENERAL, db_default=Kind.GENERAL.value)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容", max_length=2000, blank=True)
    link = models.CharField("去处", max_length=200, blank=True)
    case = models.UUIDField("办件", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        ordering = ("-id",)
        indexes = (
            models.Index(name="message_of_person", fields=("person", "-id")),
            models.Index(name="message_unread", fields=("person", "-id"), condition=Q(read_at=None)),
        )
        constraints = (
            models.CheckConstraint(
                name="message_leads_nowhere_else", condition=Q(link="") | Q(link__regex=r"^/([^/\\]|$)")
            ),
        )

    def __str__(self) -> str:
        return self.title


class Address(Record):
    """Where a person can be reached outside the platform; used only once they proved that it is theirs. Sealed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="人员")
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    value = models.BinaryField("地址", editable=False)
    key = models.BinaryField("加签密钥", null=True, editable=False)
    code = models.CharField("验证码摘要", max_length=64, blank=True, editable=False)
    code_until = models.DateTimeField("验证码有效至", null=True, editable=False)
    wrong = models.PositiveSmallIntegerField("输错次数", default=0, editable=False)
    confirmed_at = models.DateTimeField("验证时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接收地址"
        constraints = (models.UniqueConstraint(name="address_one_per_channel", fields=("person", "channel")),)

    def __str__(self) -> str:
        return self.get_channel_display()


class Preference(models.Model):
    """What a person chose for one kind on one channel; what is not here is as usual."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="人员")
    kind = models.CharField("类别", max_length=10, choices=Kind)
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    mode = models.CharField("方式", max_length=8, choices=Mode)

    class Meta:
        verbose_name = verbose_name_plural = "接收设置"
        constraints = (models.UniqueConstraint(name="preference_once", fields=("person", "kind", "channel")),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_channel_display()} {self.get_mode_display()}"


class Restless(models.Model):
    """Somebody who wants to hear at any hour (不设免打扰); everybody else has quiet hours."""

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.PROTECT, related_name="+", verbose_name="人员"
    )

    class Meta:
        verbose_name = verbose_name_plural = "不设免打扰"

    def __str__(self) -> str:
        return str(self.person)


class Template(Record):
    """How a kind of message reads on a channel. Kept as data, changed by an administrator."""

    kind = models.CharField("类别", max_length=10, choices=Kind)
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    title = models.CharField("标题模板", max_length=200)
    body = models.TextField("内容模板", max_length=2000)

    class Meta:
        verbose_name = verbose_name_plural = "消息模板"
        ordering = ("id",)
        constraints = (models.UniqueConstraint(name="template_once", fields=("kind", "channel")),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_channel_display()}"


class Dispatch(Record):
    """One message on its way by one channel (外发). Once per message and channel, whatever happens."""

    class State(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已送达"
        FAILED = "failed", "未送达"
        DROPPED = "dropped", "不再需要"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+", verbose_name="消息")
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    is_digest = models.BooleanField("并入摘要", default=False)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField("发送时间")
    tries = models.PositiveSmallIntegerField("已尝试次数", default=0)
    reason = models.CharField("原因", max_length=300, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "消息外发"
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(name="dispatch_once_per_channel", fields=("message", "channel")),)
        indexes = (
            models.Index(name="dispatch_due", fields=("due_at",), condition=Q(state__in=("waiting", "sending"))),
            models.Index(name="dispatch_failed", fields=("-id",), condition=Q(state="failed")),
        )

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.get_state_display()}"
