"""What the platform told whom."""

from django.db import models
from django.db.models import Q

from jishu.platform.identity.api import Person
from jishu.platform.lib.records import Record


class Message(Record):
    """One message to one person. ``link`` is an address inside the platform, ``case`` the 办件 it is about."""

    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="收件人"
    )
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
