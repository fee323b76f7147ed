"""What must be true of a stocktake (盘点): its frozen list, what was found of it, every scan, and what was too many."""

from django.db import models
from django.db.models import Q

from jishu.platform.lib.records import Record


class Campaign(Record):
    """One stocktake of one unit. The list of what should be there is frozen when counting begins."""

    class State(models.TextChoices):
        PLANNED = "planned", "未开始"
        COUNTING = "counting", "盘点中"
        DECIDING = "deciding", "盈亏审批中"
        CLOSED = "closed", "已结束"

    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    title = models.CharField("盘点名称", max_length=60, help_text="如：2026年度固定资产盘点。")
    category = models.ForeignKey(
        "asset.Category", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="只盘分类",
        help_text="不选即盘全部分类；选上级分类时包含其下级。",
    )  # fmt: skip
    department = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="只盘处室",
        help_text="不选即盘全部处室。",
    )  # fmt: skip
    place = models.CharField(
        "只盘地点", max_length=80, blank=True, help_text="存放地点的开头，如 1号楼；不填即盘全部地点。"
    )
    due_on = models.DateField("截止日期")
    self_check = models.BooleanField(
        "使用人先自盘", default=True, help_text="开始后请使用人确认名下资产在不在、在哪里，盘点人只需查剩下的。"
    )
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED, editable=False)
    expected = models.PositiveIntegerField("应盘", default=0, editable=False)
    started_at = models.DateTimeField("开始时间", null=True, editable=False)
    closed_at = models.DateTimeField("结束时间", null=True, editable=False)
    case = models.UUIDField("盈亏审批办件", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "资产盘点"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="campaign_counts_what_it_froze", condition=Q(state="planned") | Q(started_at__isnull=False)
            ),
            models.CheckConstraint(
                name="campaign_is_closed_at_a_time", condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at=None)),
            ),
        )  # fmt: skip
        indexes = (models.Index(name="campaign_unit_newest", fields=("unit", "-id")),)

    def __str__(self) -> str:
        return self.title


class Counter(models.Model):
    """盘点人: may count in this campaign, whatever else they may do."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="counters", verbose_name="盘点")
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="盘点人")

    class Meta:
        verbose_name = verbose_name_plural = "盘点人"
        constraints = (models.UniqueConstraint(name="counter_is_named_once", fields=("campaign", "person")),)

    def __str__(self) -> str:
        return str(self.person)


class Way(models.TextChoices):
    """How somebody came to know."""

    SCAN = "scan", "扫码"
    TICK = "tick", "勾选"
    SELF = "self", "使用人自盘"
    OFFICE = "office", "管理员登记"


class CountLine(Record):
    """One thing that should be there, as its card stood when counting began, and what was found."""

    class Result(models.TextChoices):
        PENDING = "pending", "未盘"
        FOUND = "found", "账实相符"
        MOVED = "moved", "换了地方"
        MISSING = "missing", "盘亏"

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="lines", verbose_name="盘点", db_index=False
    )
    card = models.ForeignKey("asset.Card", on_delete=models.PROTECT, related_name="count_lines", verbose_name="卡片")
    number = models.CharField("资产编号", max_length=40, db_collation="C", editable=False)
    name = models.CharField("资产名称", max_length=80, editable=False)
    place = models.CharField("账面地点", max_length=80, blank=True, editable=False)
    department = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="使用处室", editable=False,
        db_index=False,
    )  # fmt: skip
    user = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="使用人", editable=False,
        db_index=False,
    )  # fmt: skip
    value = models.DecimalField("原值", max_digits=16, decimal_places=2, editable=False)
    card_state = models.CharField("账面状况", max_length=12, editable=False)
    result = models.CharField("盘点结果", max_length=8, choices=Result, default=Result.PENDING)
    seen_place = models.CharField("实际地点", max_length=80, blank=True)
    reason = models.CharField(
        "原因", max_length=200, blank=True, help_text="盘亏须写明原因：遗失、已处置未销账、重复建卡等。"
    )
    way = models.CharField("盘点方式", max_length=8, choices=Way, blank=True, editable=False)
    counted_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="盘点人", editable=False,
        db_index=False,
    )  # fmt: skip
    counted_at = models.DateTimeField("盘点时间", null=True, editable=False)
    conflict = models.CharField("须核对", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "应盘资产"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="line_is_one_per_card", fields=("campaign", "card")),
            models.UniqueConstraint(name="line_number_stands_once", fields=("campaign", "number")),
            models.CheckConstraint(
                name="line_is_counted_by_somebody_or_pending",
                condition=Q(result="pending", counted_at=None, counted_by=None)
                | (~Q(result="pending") & Q(counted_at__isnull=False, counted_by__isnull=False)),
            ),
            models.CheckConstraint(name="line_moved_says_where", condition=~Q(result="moved") | ~Q(seen_place="")),
        )
        indexes = (
            models.Index(name="line_campaign_newest", fields=("campaign", "-id")),
            models.Index(name="line_campaign_result", fields=("campaign", "result", "-id")),
            models.Index(name="line_user_pending", fields=("user", "campaign"), condition=Q(result="pending")),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Reading(Record):
    """One scan or tick as it came in, whatever became of it: nothing a counter saw is forgotten."""

    class Outcome(models.TextChoices):
        COUNTED = "counted", "已计入"
        DUPLICATE = "duplicate", "重复"
        OUTSIDE = "outside", "不在本次范围"
        UNKNOWN = "unknown", "账上没有"

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="readings", verbose_name="盘点", db_index=False
    )
    line = models.ForeignKey(
        CountLine, on_delete=models.PROTECT, null=True, related_name="readings", verbose_name="资产"
    )
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="盘点人")
    key = models.UUIDField("序号", help_text="由盘点的手机给出：重复送达的只算一次。")
    code = models.CharField("扫到的编号", max_length=80)
    way = models.CharField("方式", max_length=8, choices=Way)
    place = models.CharField("地点", max_length=80, blank=True)
    seen_at = models.DateTimeField("扫描时间")
    outcome = models.CharField("结论", max_length=10, choices=Outcome)
    said = models.CharField("说明", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "扫描记录"
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(name="reading_arrives_once", fields=("person", "key")),)
        indexes = (models.Index(name="reading_campaign_outcome", fields=("campaign", "outcome", "-id")),)

    def __str__(self) -> str:
        return self.code


class Surplus(Record):
    """Something that is there and on no card (盘盈); approved, it becomes a card."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="surplus", verbose_name="盘点", db_index=False
    )
    name = models.CharField("资产名称", max_length=80)
    category = models.ForeignKey("asset.Category", on_delete=models.PROTECT, related_name="+", verbose_name="资产分类")
    spec = models.CharField("规格型号", max_length=120, blank=True)
    code = models.CharField("现有标签", max_length=80, blank=True, help_text="物品上贴着的旧编号，没有可不填。")
    place = models.CharField("存放地点", max_length=80)
    value = models.DecimalField(
        "入账价值",
        max_digits=16,
        decimal_places=2,
        help_text="单位：元。有凭据按凭据，无凭据按同类市场价；无法确定的按名义金额 1 元。",
    )
    reason = models.CharField("盘盈原因", max_length=200, help_text="如：接受捐赠未入账、以前年度漏登。")
    card = models.OneToOneField(
        "asset.Card", on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name="已建卡片"
    )

    class Meta:
        verbose_name = verbose_name_plural = "盘盈资产"
        ordering = ("-id",)
        constraints = (models.CheckConstraint(name="surplus_is_worth_something", condition=Q(value__gt=0)),)
        indexes = (models.Index(name="surplus_campaign_newest", fields=("campaign", "-id")),)

    def __str__(self) -> str:
        return f"{self.name}（{self.place}）"
