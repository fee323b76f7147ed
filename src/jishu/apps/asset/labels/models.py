"""Which labels somebody has set aside to print, and which cards have been given one."""

from django.db import models

from jishu.platform.lib.records import Record


class LabelOrder(Record):
    """One card waiting in a person's print queue, or printed. A card waits once, however often it is added."""

    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="打印人")
    card = models.ForeignKey(
        "asset.Card", on_delete=models.PROTECT, related_name="label_orders", verbose_name="资产卡片"
    )
    printed_at = models.DateTimeField("打印时间", null=True, editable=False)
    size = models.CharField("标签规格", max_length=20, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "标签打印"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                name="label_waits_once", fields=("person", "card"), condition=models.Q(printed_at=None)
            ),
        )
        indexes = (
            models.Index(name="label_person_waiting", fields=("person", "id"), condition=models.Q(printed_at=None)),
        )

    def __str__(self) -> str:
        return str(self.card)
