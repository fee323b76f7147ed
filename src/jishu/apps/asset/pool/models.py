"""The pool of things other units may have (公物仓): listed for a time, asked for, allocated. Virtual: nothing moves."""

from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.records import Record


class PoolListing(Record):
    """One thing offered to other units. While it is listed or asked for, its card is reserved for the pool."""

    class State(models.TextChoices):
        LISTED = "listed", "挂牌中"
        ASKED = "asked", "调剂办理中"
        ALLOCATED = "allocated", "已调剂"
        WITHDRAWN = "withdrawn", "已撤牌"

    class Form(models.TextChoices):
        STORED = "stored", "实体仓"
        VIRTUAL = "virtual", "虚拟仓（不移库）"

    class Source(models.TextChoices):
        IDLE = "idle", "闲置资产"
        RETIRING = "retiring", "待处置但有使用价值"
        EXCESS = "excess", "超标准配置"
        TEMPORARY = "temporary", "临时机构资产"
        EVENT = "event", "大型会议活动资产"
        RESERVE = "reserve", "批量集中采购储备"
        SEIZED = "seized", "罚没涉案物品"

    card = models.ForeignKey(
        "asset.Card", on_delete=models.PROTECT, related_name="pool_listings", verbose_name="资产卡片"
    )
    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="提供单位")
    name = models.CharField("资产名称", max_length=80)
    form = models.CharField("仓储形式", max_length=8, choices=Form, default=Form.VIRTUAL)
    source = models.CharField("来源", max_length=10, choices=Source)
    condition = models.CharField("成色与使用情况", max_length=200)
    place = models.CharField("看货地点", max_length=80)
    worth = models.DecimalField(
        "重置价", max_digits=16, decimal_places=2, help_text="单位：元。现在新购同类资产的价格。"
    )
    listed_on = models.DateField("挂牌日期")
    until = models.DateField("公示截止")
    state = models.CharField("状态", max_length=10, choices=State, default=State.LISTED)
    case = models.UUIDField("调剂办件", null=True, editable=False)
    allocated_to = models.ForeignKey(
        "identity.Unit",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="调剂给",
        editable=False,
    )
    allocated_on = models.DateField("调剂日期", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "公物仓资产"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="listing_is_one_per_card", fields=("card",), condition=Q(state__in=("listed", "asked"))
            ),
            models.CheckConstraint(name="listing_lasts_a_while", condition=Q(until__gte=F("listed_on"))),
            models.CheckConstraint(
                name="listing_asked_for_has_a_case", condition=~Q(state="asked") | Q(case__isnull=False)
            ),
            models.CheckConstraint(
                name="listing_allocated_says_to_whom",
                condition=Q(state="allocated", allocated_to__isnull=False, allocated_on__isnull=False)
                | (~Q(state="allocated") & Q(allocated_to=None, allocated_on=None)),
            ),
        )
        indexes = (models.Index(name="listing_state_newest", fields=("state", "-id")),)

    def __str__(self) -> str:
        return f"{self.name}（{self.get_source_display()}）"
