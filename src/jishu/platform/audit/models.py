"""The append-only record of everything that was done, and the tree that seals it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import Q

from .facts import instant
from .heads import SignedHead
from .verbs import verb_titles


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
    """One command that took effect, or one reading of personal data: who, when, what, of which records.

    ``hash`` = SM3(previous hash of the chain, canonical JSON of everything else but the id). UPDATE, DELETE and
    TRUNCATE are refused by trigger.
    """

    class Kind(models.TextChoices):
        DEED = "deed", "办理"
        READ = "read", "查阅"

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField("标识", unique=True)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, db_index=False, verbose_name="链")
    seq = models.BigIntegerField("链内序号")
    at = models.DateTimeField("时间")
    kind = models.CharField("类别", max_length=8, choices=Kind)
    verb = models.CharField("操作", max_length=60, db_collation="C", choices=verb_titles)
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
            # Two, so that the history of a person who is looked up daily is not buried under the looking up.
            GinIndex(name="entry_by_subject", fields=("subjects",), condition=Q(kind="deed")),
            GinIndex(name="entry_by_person_read", fields=("subjects",), condition=Q(kind="read")),
            models.Index(name="entry_by_actor_name", fields=("actor_name", "-id")),
            models.Index(name="entry_by_verb", fields=("verb", "-id")),
            BrinIndex(name="entry_by_time", fields=("at",)),
        )

    def __str__(self) -> str:
        return f"{self.actor_name} {self.deed}"

    @property
    def deed(self) -> str:
        """What was done, as people say it."""
        return self.summary or self.get_verb_display()


class Stretch(models.Model):
    """Consecutive entries of one chain that became consecutive leaves of the tree, from leaf ``start`` on."""

    start = models.BigIntegerField(primary_key=True)
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, db_index=False, verbose_name="链")
    first_seq = models.BigIntegerField("首条序号")
    count = models.PositiveIntegerField("条数")

    class Meta:
        verbose_name = verbose_name_plural = "封存区段"
        constraints = (models.UniqueConstraint(name="stretch_begins_once", fields=("chain", "first_seq")),)

    def __str__(self) -> str:
        return f"{self.start}+{self.count}"


class Tile(models.Model):
    """Up to 256 hashes side by side: of leaves on level 0, of full tiles of the level below on the others.

    Only ever grows, by trigger.
    """

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField("层")
    index = models.BigIntegerField("序号")
    hashes = models.BinaryField("哈希")

    class Meta:
        verbose_name = verbose_name_plural = "树的哈希"

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Head(models.Model):
    """A signed tree head: vouches for the first ``size`` entries of the tree at once. Never changed, never removed."""

    size = models.BigIntegerField("条数", primary_key=True)
    root = models.CharField("树根", max_length=64, db_collation="C")
    at = models.DateTimeField("签名时间")
    algorithm = models.CharField("算法", max_length=20)
    key_id = models.CharField("密钥编号", max_length=32, db_collation="C")
    signature = models.CharField("签名", max_length=200, db_collation="C")

    class Meta:
        verbose_name = verbose_name_plural = "签名树头"
        ordering = ("-size",)

    def __str__(self) -> str:
        return f"树头 {self.size}"

    @classmethod
    def of(cls, head: SignedHead) -> "Head":
        return cls(**head.to_json())

    def signed(self) -> SignedHead:
        told: dict[str, Any] = {field.name: getattr(self, field.name) for field in self._meta.concrete_fields}
        return SignedHead(**(told | {"at": instant(self.at)}))
