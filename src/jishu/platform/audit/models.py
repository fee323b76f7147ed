"""The append-only record of everything that was done."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Chain(models.Model):
    """One hash chain. Several run side by side, so that writers need not queue behind each other's commit."""

    id = models.SmallIntegerField(primary_key=True)
    length = models.BigIntegerField("条数", default=0)
    head = models.BinaryField("链尾哈希")

    class Meta:
        verbose_name = verbose_name_plural = "审计链"

    def __str__(self) -> str:
        return f"链 {self.id}"


class Entry(models.Model):
    """One command that took effect: who, when, what, on which records, what changed.

    ``hash`` = SM3(previous hash of the chain, canonical JSON of everything below it). UPDATE, DELETE and TRUNCATE
    are refused by trigger.
    """

    id = models.BigAutoField(primary_key=True)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, db_index=False, verbose_name="链")
    seq = models.BigIntegerField("链内序号")
    at = models.DateTimeField("时间")
    verb = models.CharField("操作", max_length=60, db_collation="C")
    actor_uid = models.UUIDField("操作人标识", null=True)
    actor_name = models.CharField("操作人", max_length=40)
    agency_uid = models.UUIDField("操作人单位", null=True)
    request_id = models.CharField("请求编号", max_length=32, blank=True, db_collation="C")
    summary = models.CharField("摘要", max_length=300, blank=True)
    subjects = ArrayField(models.UUIDField(), verbose_name="涉及记录", default=list)
    changes = models.JSONField("变更", default=list)
    """[{"kind": "asset.card", "uid": …, "label": …, "fields": {title: [before, after]}}]"""
    hash = models.BinaryField("哈希", max_length=32)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(name="entry_has_its_place_in_the_chain", fields=("chain", "seq")),)
        indexes = (
            GinIndex(name="entry_by_subject", fields=("subjects",)),
            models.Index(name="entry_by_actor", fields=("actor_uid", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb}"
