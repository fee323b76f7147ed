"""Flows that offices draw themselves: drafts with every stroke kept, and what is in force instead of the item's own."""

from django.db import models
from django.db.models import F, Q

from jishu.platform.identity.api import Person, Unit
from jishu.platform.lib.records import Record


class Override(Record):
    """单位流程: one version of an item's flow for a unit and everything below it, drawn by one, published by another.

    The nearest one above a case's unit holds when the case is submitted; without any, the flow the item declares.
    """

    item = models.CharField("事项编码", max_length=40, db_collation="C")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="适用单位")
    version = models.PositiveIntegerField("版本")
    definition = models.ForeignKey(
        "workflow.Definition", on_delete=models.PROTECT, related_name="+", verbose_name="流程定义"
    )
    reason = models.CharField("变更理由", max_length=300)
    drawn_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="设计人"
    )
    published_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="发布人"
    )
    published_at = models.DateTimeField("发布时间")
    ended_at = models.DateTimeField("停用时间", null=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="停用人"
    )
    end_reason = models.CharField("停用理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位流程"
        constraints = (
            models.UniqueConstraint(name="override_version_is_unique", fields=("item", "unit", "version")),
            models.UniqueConstraint(
                name="override_one_in_force", fields=("item", "unit"), condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="override_is_published_by_another", condition=~Q(published_by=F("drawn_by"))
            ),
            models.CheckConstraint(
                name="override_ends_after_it_began", condition=Q(ended_at=None) | Q(ended_at__gte=F("published_at"))
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.item} {self.unit.short_name} 第 {self.version} 版"


class Sketch(Record):
    """流程草稿: what is being drawn for one item and unit. ``place`` is the stroke shown; later ones can be redone."""

    class State(models.TextChoices):
        DRAWING = "drawing", "设计中"
        WAITING = "waiting", "待发布"

    item = models.CharField("事项编码", max_length=40, db_collation="C", editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="适用单位")
    flow = models.JSONField("流程", editable=False)
    revision = models.PositiveIntegerField("修订号", default=1, editable=False)
    place = models.PositiveIntegerField("笔画", default=0, editable=False)
    said = models.CharField("最近修改", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAWING)
    reason = models.CharField("变更理由", max_length=300, blank=True)
    drawn_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="设计人"
    )
    changed_at = models.DateTimeField("修改时间", editable=False)
    opinion = models.CharField("退回意见", max_length=300, blank=True)
    losses = models.JSONField("导入未带入的内容", default=list, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "流程草稿"
        constraints = (
            models.UniqueConstraint(name="sketch_one_per_item_and_unit", fields=("item", "unit")),
            models.CheckConstraint(name="sketch_state_is_known", condition=Q(state__in=("drawing", "waiting"))),
            models.CheckConstraint(
                name="sketch_waits_with_a_reason", condition=Q(state="drawing") | ~Q(reason="")
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.item} {self.unit.short_name} 流程草稿"


class Stroke(models.Model):
    """One change of a sketch: the flow as it was afterwards, and what was done in words."""

    id = models.BigAutoField(primary_key=True)
    sketch = models.ForeignKey(
        Sketch, on_delete=models.CASCADE, db_index=False, related_name="strokes", verbose_name="流程草稿"
    )
    number = models.PositiveIntegerField("序号")
    flow = models.JSONField("流程")
    said = models.CharField("修改内容", max_length=200)
    touched = models.CharField("所改之处", max_length=80, blank=True)
    """Where; several changes of one place by one person in a row are one stroke."""
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="修改人"
    )
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "流程修改"
        ordering = ("sketch", "number")
        constraints = (models.UniqueConstraint(name="stroke_has_its_place", fields=("sketch", "number")),)

    def __str__(self) -> str:
        return self.said
