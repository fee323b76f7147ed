"""A request to change what a card says of its value and origin (敏感字段变更): asked by one, confirmed by another."""

from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.records import Record

from .card import Card


class Correction(Record):
    """``before`` and ``after`` hold the fields asked about, as text the fields themselves read."""

    class State(models.TextChoices):
        WAITING = "confirming", "待复核"
        CONFIRMED = "completed", "已变更"
        REFUSED = "rejected", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="corrections", verbose_name="资产卡片")
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    summary = models.CharField("变更内容", max_length=400)
    before = models.JSONField("变更前", default=dict)
    after = models.JSONField("变更后", default=dict)
    reason = models.CharField("变更理由", max_length=300, help_text="写明依据，如入账凭证、发票或批复文号。")
    asked_by = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="申请人")
    decided_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="复核人"
    )
    decided_at = models.DateTimeField("复核时间", null=True)
    opinion = models.CharField("复核意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "卡片变更申请"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="correction_waits_once_a_card", fields=("card",), condition=Q(state="confirming")
            ),
            models.CheckConstraint(
                name="correction_needs_two_people",
                condition=Q(state__in=("confirming", "withdrawn"))
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
        )
        indexes = (models.Index(name="correction_unit_newest", fields=("unit", "-id")),)

    def __str__(self) -> str:
        return f"变更 {self.card}"
