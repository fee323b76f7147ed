"""Items that administrators design: what is being drawn, and every edition that was published."""

from django.db import models
from django.db.models import Q

from jishu.platform.identity.api import Person, Unit
from jishu.platform.lib.records import Record


class ItemEdition(Record):
    """事项版本: one published form with its flow. Never changed (by trigger); cases keep the one they began with."""

    code = models.CharField("事项编码", max_length=40, db_collation="C")
    version = models.PositiveIntegerField("版本")
    body = models.JSONField("内容")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="适用单位")
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="发布人")
    published_at = models.DateTimeField("发布时间")

    class Meta:
        verbose_name = verbose_name_plural = "事项版本"
        constraints = (models.UniqueConstraint(name="edition_version_is_unique", fields=("code", "version")),)

    def __str__(self) -> str:
        return f"{self.code} 第 {self.version} 版"


class DesignedItem(Record):
    """自建事项: an item without code, for a unit and everything below it. ``draft`` is what is being drawn."""

    class State(models.TextChoices):
        DRAWING = "drawing", "设计中"
        OFFERED = "offered", "已发布"
        RETIRED = "retired", "已停用"

    code = models.CharField("事项编码", max_length=40, unique=True, db_collation="C", editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="适用单位")
    name = models.CharField("事项名称", max_length=60)
    short = models.CharField("事项简称", max_length=10, unique=True)
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAWING)
    draft = models.JSONField("设计内容", editable=False)
    revision = models.PositiveIntegerField("修订号", default=1)
    edition = models.ForeignKey(
        ItemEdition, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="当前版本"
    )
    changed_at = models.DateTimeField("修改时间", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "自建事项"
        indexes = (models.Index(name="designed_item_of_unit", fields=("unit", "-id")),)
        constraints = (
            models.CheckConstraint(
                name="designed_item_is_offered_in_an_edition",
                condition=Q(state="drawing") | Q(state__in=("offered", "retired"), edition__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name
