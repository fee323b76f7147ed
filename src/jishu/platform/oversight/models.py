"""Examinations of the audit record: when it was gone through, how far, and what was found."""

from django.db import models

from jishu.platform.lib.clock import ZONE
from jishu.platform.lib.records import Record


class Examination(Record):
    """One walk over the whole audit record (核验). ``flaws``: [{"kind": …, "message": …}], in the words of `audit`."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待核验"
        RUNNING = "running", "核验中"
        WHOLE = "ok", "全部完好"
        FLAWED = "error", "发现异常"
        FAILED = "failed", "未能完成"

    person = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="发起人"
    )
    state = models.CharField("结果", max_length=8, choices=State, default=State.WAITING)
    done = models.BigIntegerField("已核验条数", default=0)
    total = models.BigIntegerField("总条数", default=0)
    sealed = models.BigIntegerField("已封存条数", default=0)
    heads = models.BigIntegerField("签名树头数", default=0)
    flaws = models.JSONField("异常", default=list, editable=False)
    began_at = models.DateTimeField("开始时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计核验"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.created_at.astimezone(ZONE):%Y-%m-%d %H:%M} 的核验"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)
