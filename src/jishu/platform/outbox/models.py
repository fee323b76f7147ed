"""Events as they are kept, and how far each stream is numbered."""

from uuid import uuid4

from django.db import models


class Stream(models.Model):
    """The events of one system, numbered from 1 without gaps. ``first`` is the oldest still kept."""

    code = models.CharField("系统代码", max_length=40, primary_key=True, db_collation="C")
    last = models.BigIntegerField("末号", default=0)
    first = models.BigIntegerField("现存首号", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "事件流"

    def __str__(self) -> str:
        return self.code


class Event(models.Model):
    """A fact, written by the transaction that made it so; its place in the stream comes afterwards, once, for good.

    A trigger refuses any other change, and deletion before its time.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField("标识", default=uuid4, unique=True)
    stream = models.CharField("事件流", max_length=40, db_collation="C")
    seq = models.BigIntegerField("序号", null=True)
    type = models.CharField("类型", max_length=80, db_collation="C")
    version = models.PositiveSmallIntegerField("版本")
    subject = models.CharField("对象", max_length=100, db_collation="C")
    unit = models.UUIDField("单位", null=True)
    at = models.DateTimeField("时间")
    data = models.JSONField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "事件"
        constraints = (models.UniqueConstraint(name="event_has_its_place_in_the_stream", fields=("stream", "seq")),)
        indexes = (
            models.Index(name="event_without_a_place", fields=("id",), condition=models.Q(seq=None)),
            # Whoever may read one unit's events only does not wade through everybody's.
            models.Index(name="event_of_unit", fields=("stream", "unit", "seq")),
        )

    def __str__(self) -> str:
        return f"{self.stream} {self.seq or '?'} {self.type}"
