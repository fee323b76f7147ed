"""Who hears of events, and how far each has come: our own handlers, and other systems."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jishu.platform.contract import contracts, event_types
from jishu.platform.identity.api import Unit
from jishu.platform.lib.records import Record


def system_titles() -> list[tuple[str, str]]:
    """What people call the systems that tell of events."""
    return [(one.code, one.title) for one in contracts()]


def event_titles() -> list[tuple[str, str]]:
    return [(declared.type, declared.title) for _, declared in event_types()]


class Reader(Record):
    """One handler in one stream (事件处理). ``seq`` is the last place done; nothing behind it is ever skipped.

    Parked: the event at ``event`` failed again and again, and everything behind it waits for a person.
    """

    class State(models.TextChoices):
        RUNNING = "running", "正常"
        PARKED = "parked", "已停下"

    handler = models.CharField("处理程序", max_length=80, db_collation="C")
    title = models.CharField("用途", max_length=100)
    stream = models.CharField("事件来源", max_length=40, db_collation="C", choices=system_titles)
    seq = models.BigIntegerField("已处理到")
    state = models.CharField("状态", max_length=8, choices=State, default=State.RUNNING)
    tries = models.PositiveSmallIntegerField("连续失败次数", default=0)
    due_at = models.DateTimeField("下次处理时间", null=True, blank=True)
    event = models.UUIDField("停在事件", null=True, blank=True)
    reason = models.TextField("原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "事件处理"
        ordering = ("handler", "stream")
        constraints = (
            models.UniqueConstraint(name="reader_has_one_place_per_stream", fields=("handler", "stream")),
            models.CheckConstraint(
                name="reader_says_where_it_is_parked",
                condition=~Q(state="parked") | Q(event__isnull=False) & ~Q(reason=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}（{self.stream}）"


class Handled(models.Model):
    """What a reader has done: an event that comes a second time, however it comes, changes nothing."""

    id = models.BigAutoField(primary_key=True)
    reader = models.ForeignKey(
        Reader, on_delete=models.CASCADE, db_index=False, related_name="+", verbose_name="事件处理"
    )
    event = models.UUIDField("事件")

    class Meta:
        verbose_name = verbose_name_plural = "已处理事件"
        constraints = (models.UniqueConstraint(name="handled_once", fields=("reader", "event")),)

    def __str__(self) -> str:
        return str(self.event)


class Subscription(Record):
    """Another system that is told of events by webhook (推送订阅).

    ``unit`` bounds it: only events of that unit and those below it. No ``types``: all of them. The secret is sealed.
    """

    class State(models.TextChoices):
        OFF = "off", "未启用"
        ON = "on", "推送中"
        HALTED = "halted", "已暂停"

    class Algorithm(models.TextChoices):
        SHA256 = "sha256", "HMAC-SHA256"
        SM3 = "sm3", "HMAC-SM3"

    system = models.CharField("系统代码", max_length=40, db_collation="C", unique=True)
    name = models.CharField("系统名称", max_length=60)
    url = models.CharField("接收地址", max_length=500)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位范围")
    types = ArrayField(models.CharField(max_length=80), verbose_name="事件类型", default=list, blank=True)
    algorithm = models.CharField("签名算法", max_length=8, choices=Algorithm, default=Algorithm.SHA256)
    secret = models.BinaryField("密钥", null=True, editable=False)
    old_secret = models.BinaryField("旧密钥", null=True, editable=False)
    old_until = models.DateTimeField("旧密钥有效至", null=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=State, default=State.OFF)
    reason = models.CharField("暂停原因", max_length=300, blank=True)
    last_number = models.BigIntegerField("已编号", default=0, editable=False)
    failures = models.PositiveSmallIntegerField("连续投递失败", default=0, editable=False)
    due_at = models.DateTimeField("下次投递时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "推送订阅"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="subscription_has_a_secret", condition=Q(state="off") | Q(secret__isnull=False)
            ),
            models.CheckConstraint(name="subscription_leads_to_the_web", condition=Q(url__regex=r"^https?://")),
        )

    def __str__(self) -> str:
        return f"{self.name}（{self.system}）"


class Position(models.Model):
    """Up to where in a stream a subscription's deliveries have been made out."""

    id = models.BigAutoField(primary_key=True)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, db_index=False, related_name="positions", verbose_name="推送订阅"
    )
    stream = models.CharField("事件流", max_length=40, db_collation="C")
    seq = models.BigIntegerField("已取到")

    class Meta:
        verbose_name = verbose_name_plural = "订阅位置"
        constraints = (models.UniqueConstraint(name="position_one_per_stream", fields=("subscription", "stream")),)

    def __str__(self) -> str:
        return f"{self.stream} {self.seq}"


class Delivery(Record):
    """One event for one subscriber (投递). ``number`` counts without gaps, so that what is missing is seen."""

    class State(models.TextChoices):
        WAITING = "waiting", "待投递"
        SENT = "sent", "已送达"
        DEAD = "dead", "投递失败"
        DISCARDED = "discarded", "已放弃"

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, db_index=False, related_name="deliveries", verbose_name="推送订阅"
    )
    number = models.BigIntegerField("投递序号")
    event = models.UUIDField("事件标识")
    type = models.CharField("事件类型", max_length=80, db_collation="C", choices=event_titles)
    subject = models.CharField("对象", max_length=100, db_collation="C")
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField("已尝试次数", default=0)
    ended_at = models.DateTimeField("办结时间", null=True, blank=True)
    reason = models.CharField("放弃理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "投递"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="delivery_has_its_number", fields=("subscription", "number")),
            models.UniqueConstraint(name="delivery_once_per_event", fields=("subscription", "event")),
            models.CheckConstraint(
                name="delivery_is_discarded_for_a_reason", condition=~Q(state="discarded") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="delivery_ends_when_it_does",
                condition=Q(state="waiting", ended_at=None) | ~Q(state="waiting") & Q(ended_at__isnull=False),
            ),
        )
        indexes = (
            models.Index(name="delivery_waiting", fields=("subscription", "number"), condition=Q(state="waiting")),
            models.Index(name="delivery_dead", fields=("-id",), condition=Q(state="dead")),
            models.Index(name="delivery_of_subscription", fields=("subscription", "-id")),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} 号投递"

    def mark(self, state: str, at: Any) -> None:
        self.state, self.ended_at = state, None if state == self.State.WAITING else at


class Attempt(models.Model):
    """One try: what was answered, or why nothing was."""

    id = models.BigAutoField(primary_key=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts", verbose_name="投递")
    at = models.DateTimeField("时间")
    status = models.PositiveSmallIntegerField("应答状态", null=True)
    said = models.TextField("应答内容", blank=True)
    seconds = models.FloatField("用时")

    class Meta:
        verbose_name = verbose_name_plural = "投递记录"
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(self.status or self.said)
