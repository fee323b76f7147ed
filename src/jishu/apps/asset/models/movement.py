"""Changes of the ledger (资产增减变动): what came onto the books and what went, with its day and its amount."""

from django.db import models
from django.db.models import Q

from jishu.platform.lib.records import Record

from .card import Card
from .category import Category


class Movement(Record):
    """One line of the ledger's own account, written by the database whenever a card comes, goes or is revalued.

    What was on the books on a day is the sum of the lines up to it; so opening, changes and closing always agree.
    """

    class Kind(models.TextChoices):
        PURCHASE = "purchase", "购置"
        TRANSFER = "transfer", "调剂"
        DONATION = "donation", "接受捐赠"
        SURPLUS = "surplus", "盘盈"
        BUILT = "built", "自建"
        ALLOCATED = "allocated", "无偿划入"
        MOVED_IN = "moved_in", "调入"
        RAISED = "raised", "原值调增"
        CLASS_IN = "class_in", "分类调入"
        RESTORED = "restored", "恢复入账"
        OUT_ALLOCATED = "out_allocated", "无偿划转"
        OUT_DONATED = "out_donated", "对外捐赠"
        OUT_SOLD = "out_sold", "出售"
        OUT_SWAPPED = "out_swapped", "置换"
        OUT_SCRAPPED = "out_scrapped", "报废"
        OUT_LOST = "out_lost", "盘亏及损失核销"
        MOVED_OUT = "moved_out", "调出"
        LOWERED = "lowered", "原值调减"
        CLASS_OUT = "class_out", "分类调出"
        RETIRED = "retired", "其他减少"

    class Way(models.TextChoices):
        IN = "in", "增加"
        OUT = "out", "减少"

    # Goes with its card, in the database: a card taken back as never taken in was never on the books.
    card = models.ForeignKey(
        Card, on_delete=models.DO_NOTHING, related_name="movements", verbose_name="资产卡片", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="+", verbose_name="资产分类", db_index=False
    )
    way = models.CharField("增减", max_length=3, choices=Way)
    kind = models.CharField("变动原因", max_length=14, choices=Kind)
    happened_on = models.DateField("变动日期")
    quantity = models.SmallIntegerField("件数", help_text="增加为正，减少为负；只调整原值的为 0。")
    amount = models.DecimalField("原值变动", max_digits=16, decimal_places=2, help_text="单位：元；减少为负。")
    is_origin = models.BooleanField("首次入账", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "资产变动"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="movement_goes_its_way",
                condition=Q(way="in", quantity__gte=0, amount__gte=0) | Q(way="out", quantity__lte=0, amount__lte=0),
            ),
            models.UniqueConstraint(name="movement_begins_once_a_card", fields=("card",), condition=Q(is_origin=True)),
        )
        indexes = (
            models.Index(name="movement_card", fields=("card", "id")),
            models.Index(name="movement_unit_newest", fields=("unit", "-id")),
            models.Index(
                name="movement_unit_day", fields=("unit", "happened_on"),
                include=("category", "way", "kind", "quantity", "amount"),
            ),
            models.Index(name="movement_day", fields=("happened_on",)),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.happened_on:%Y-%m-%d}"
