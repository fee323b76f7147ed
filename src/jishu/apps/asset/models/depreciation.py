"""Depreciation (折旧): how the value of each card is spread over months, and which months are closed."""

from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.records import Record

from .card import Card
from .category import Category


class Book(Record):
    """折旧账簿 of a unit. Its row is the lock of closing; a month up to ``closed_through`` no longer changes."""

    unit = models.OneToOneField("identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    closed_through = models.DateField("已结账至", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "折旧账簿"

    def __str__(self) -> str:
        return f"{self.unit}折旧账簿"


class Schedule(models.Model):
    """A stretch of months of one card in one book; ``asset_depreciated`` works out every figure from it.

    What a card has lost by the end of a month is ``carried`` and an equal part of ``base`` for each month since
    ``counts_from``, the last month taking the rest. Months before ``posts_from`` were not posted here: by then it was
    ``opening``. ``ends_on`` is the first month that is no longer posted. Every day stands for its month.
    """

    class Why(models.TextChoices):
        NEW = "new", "建卡"
        OPENING = "opening", "期初导入"
        VALUE = "value", "原值或年限变动"
        REPAIR = "repair", "大修资本化"
        MOVED = "moved", "调入"

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="schedules", db_index=False)
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="schedules", db_index=False)
    why = models.CharField("缘由", max_length=8, choices=Why, default=Why.NEW)
    value = models.DecimalField("原值", max_digits=16, decimal_places=2)
    base = models.DecimalField("待分摊金额", max_digits=16, decimal_places=2)
    carried = models.DecimalField("此前已提", max_digits=16, decimal_places=2, default=0)
    opening = models.DecimalField("期初累计", max_digits=16, decimal_places=2, default=0)
    months = models.PositiveSmallIntegerField("分摊月数")
    counts_from = models.DateField("起算月份")
    posts_from = models.DateField("起提月份")
    ends_on = models.DateField("停提月份", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "折旧计划"
        ordering = ("posts_from", "id")
        constraints = (
            models.UniqueConstraint(name="schedule_is_one_per_card_and_month", fields=("card", "posts_from")),
            models.UniqueConstraint(
                name="schedule_open_is_one_per_card", fields=("card",), condition=Q(ends_on__isnull=True)
            ),
            models.CheckConstraint(
                name="schedule_amounts_are_not_negative",
                condition=Q(base__gte=0, carried__gte=0, opening__gte=0, months__gte=1),
            ),
            models.CheckConstraint(name="schedule_spreads_no_more_than_the_value", condition=Q(
                value__gte=F("base") + F("carried")
            )),
            models.CheckConstraint(
                name="schedule_counts_before_it_posts",
                condition=Q(counts_from__lte=F("posts_from")) & (Q(ends_on=None) | Q(ends_on__gte=F("posts_from"))),
            ),
        )  # fmt: skip
        indexes = (models.Index(name="schedule_book_card", fields=("book", "-card")),)

    def __str__(self) -> str:
        return f"{self.card_id} {self.posts_from:%Y-%m}"


class Closing(Record):
    """A month of a unit posted (结账). Reopened ones stay for the record; only one closing of a month holds."""

    class State(models.TextChoices):
        CLOSED = "closed", "已结账"
        REOPENED = "reopened", "已反结账"

    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    month = models.DateField("月份")
    state = models.CharField("状态", max_length=8, choices=State, default=State.CLOSED)
    cards = models.PositiveIntegerField("计提卡片数", default=0)
    value = models.DecimalField("计提资产原值", max_digits=18, decimal_places=2, default=0)
    amount = models.DecimalField("本月折旧", max_digits=16, decimal_places=2, default=0)
    accumulated = models.DecimalField("累计折旧", max_digits=18, decimal_places=2, default=0)
    closed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结账人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "折旧结账"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="closing_holds_once_a_month", fields=("unit", "month"), condition=Q(state="closed")
            ),
        )
        indexes = (models.Index(name="closing_unit_month", fields=("unit", "-month", "-id")),)

    def __str__(self) -> str:
        return f"{self.unit} {self.month:%Y年%-m月}折旧"


class Posting(models.Model):
    """One line of a closing: what the things of one 门类 lost that month. The lines add up to the closing."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="lines")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", verbose_name="资产门类")
    cards = models.PositiveIntegerField("卡片数")
    value = models.DecimalField("原值", max_digits=18, decimal_places=2)
    amount = models.DecimalField("本月折旧", max_digits=16, decimal_places=2)
    accumulated = models.DecimalField("累计折旧", max_digits=18, decimal_places=2)

    class Meta:
        verbose_name = verbose_name_plural = "折旧凭证行"
        ordering = ("category__code",)
        constraints = (models.UniqueConstraint(name="posting_is_one_per_class", fields=("closing", "category")),)

    def __str__(self) -> str:
        return f"{self.closing_id} {self.category_id}"


class Reopening(Record):
    """A request to open the last closed month again (反结账): asked by one person, decided by another."""

    class State(models.TextChoices):
        WAITING = "confirming", "待复核"
        CONFIRMED = "completed", "已反结账"
        REFUSED = "rejected", "未同意"

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="reopenings", verbose_name="结账")
    reason = models.CharField("反结账理由", max_length=300)
    state = models.CharField("状态", max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="申请人")
    decided_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    opinion = models.CharField("复核意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "反结账申请"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                name="reopening_is_asked_once", fields=("closing",), condition=Q(state="confirming")
            ),
            models.CheckConstraint(
                name="reopening_needs_two_people", condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by"))
            ),
        )

    def __str__(self) -> str:
        return f"反结账：{self.closing}"
