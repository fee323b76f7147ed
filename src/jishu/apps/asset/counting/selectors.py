"""Who sees which stocktake, who may count in it, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from jishu.apps.asset.models import Card, Category
from jishu.platform.identity.api import Actor

from .models import Campaign, Counter, CountLine, Reading, Surplus

VIEW, CHANGE, COUNT = "asset.view_campaign", "asset.change_campaign", "asset.count_countline"
CONFIRM = "asset.confirm_countline"
# The states of a card that is on the books and should be somewhere in the house.
COUNTED_STATES = (
    Card.State.IDLE, Card.State.HANDING, Card.State.IN_USE, Card.State.LENT, Card.State.REPAIR, Card.State.RETIRING,
)  # fmt: skip
Result = CountLine.Result


def _counts_in(campaign: str, actor: Actor) -> Q:
    if actor.person is None:
        return Q(pk__in=())
    return Q(Exists(Counter.objects.filter(campaign=OuterRef(campaign), person=actor.person)))


def campaigns_visible_to(actor: Actor) -> QuerySet[Campaign]:
    """Of the units the actor looks after, and those the actor counts in."""
    rows = Campaign.objects.select_related("unit", "category", "department")
    return rows.filter(actor.scope(VIEW).within_agencies("unit") | _counts_in("pk", actor))


def campaigns_managed_by(actor: Actor) -> QuerySet[Campaign]:
    return Campaign.objects.filter(actor.scope(CHANGE).within_agencies("unit"))


def campaigns_countable_by(actor: Actor) -> QuerySet[Campaign]:
    """Those being counted, by the people named for it and by whoever runs it."""
    rows = Campaign.objects.filter(state=Campaign.State.COUNTING).select_related("unit")
    return rows.filter(actor.scope(CHANGE).within_agencies("unit") | _counts_in("pk", actor)).order_by("due_on", "id")


def lines_visible_to(actor: Actor) -> QuerySet[CountLine]:
    rows = CountLine.objects.select_related("campaign", "department", "user", "counted_by", "card")
    scope = actor.scope("asset.view_countline")
    return rows.filter(scope.within_agencies("campaign__unit"))


def lines_managed_by(actor: Actor) -> QuerySet[CountLine]:
    scope = actor.scope("asset.change_countline")
    return CountLine.objects.filter(scope.within_agencies("campaign__unit"), campaign__state=Campaign.State.COUNTING)


def lines_of_user(actor: Actor) -> QuerySet[CountLine]:
    """What the person should have, in every stocktake that asks the users themselves first."""
    rows = CountLine.objects.filter(
        user=actor.person_id, campaign__state=Campaign.State.COUNTING, campaign__self_check=True
    )
    return rows.select_related("campaign").order_by("campaign__due_on", "number", "id")


def surplus_visible_to(actor: Actor) -> QuerySet[Surplus]:
    rows = Surplus.objects.select_related("campaign", "category", "card")
    scope = actor.scope("asset.view_surplus")
    return rows.filter(scope.within_agencies("campaign__unit"))


def surplus_managed_by(actor: Actor) -> QuerySet[Surplus]:
    scope = actor.scope("asset.change_surplus")
    return Surplus.objects.filter(scope.within_agencies("campaign__unit"), campaign__state=Campaign.State.COUNTING)


def cards_to_count(campaign: Campaign) -> QuerySet[Card]:
    """What should be there today, by the scope of the campaign."""
    cards = Card.objects.filter(unit=campaign.unit_id, state__in=COUNTED_STATES)
    if campaign.category_id is not None:
        path = Category.objects.values_list("path", flat=True).get(pk=campaign.category_id)
        cards = cards.filter(category__path__startswith=path)
    if campaign.department_id is not None:
        cards = cards.filter(department=campaign.department_id)
    if campaign.place:
        cards = cards.filter(place__startswith=campaign.place)
    return cards


@dataclass(frozen=True)
class Progress:
    """How far a campaign is. Every figure is a count of rows the list of its lines can show."""

    expected: int
    counts: Mapping[str, int]
    missing_value: Decimal
    surplus: int
    unknown: int
    conflicts: int
    without_reason: int

    @property
    def pending(self) -> int:
        return self.counts.get(Result.PENDING, 0)

    @property
    def counted(self) -> int:
        return self.expected - self.pending

    @property
    def percent(self) -> int:
        return self.counted * 100 // self.expected if self.expected else 0

    @property
    def agreement(self) -> str:
        """账实相符率: things found, here or elsewhere, of all that should be there."""
        there = self.counts.get(Result.FOUND, 0) + self.counts.get(Result.MOVED, 0)
        return f"{there * 100 / self.expected:.1f}%" if self.expected else "—"

    @property
    def has_variance(self) -> bool:
        return bool(self.counts.get(Result.MISSING, 0) or self.surplus)


def progress_of(campaign: Campaign) -> Progress:
    counted = campaign.lines.aggregate(
        **{result.value: Count("id", filter=Q(result=result)) for result in Result},
        missing_value=Sum("value", filter=Q(result=Result.MISSING), default=Decimal(0)),
        conflicts=Count("id", filter=~Q(conflict="")),
        without_reason=Count("id", filter=Q(result=Result.MISSING, reason="")),
    )
    unknown = campaign.readings.filter(outcome=Reading.Outcome.UNKNOWN).values("code").distinct().count()
    return Progress(
        expected=campaign.expected,
        counts={result.value: counted[result.value] for result in Result},
        missing_value=counted["missing_value"],
        surplus=campaign.surplus.count(),
        unknown=unknown,
        conflicts=counted["conflicts"],
        without_reason=counted["without_reason"],
    )


def progress_by_department(campaign: Campaign) -> list[dict[str, Any]]:
    rows = campaign.lines.values("department__short_name", "department__uid").order_by("department__short_name")
    return list(
        rows.annotate(
            total=Count("id"),
            pending=Count("id", filter=Q(result=Result.PENDING)),
            missing=Count("id", filter=Q(result=Result.MISSING)),
            moved=Count("id", filter=Q(result=Result.MOVED)),
        )[:200]
    )


def lines_to_count(campaign: Campaign) -> QuerySet[CountLine]:
    """The frozen list as counters walk through the house: by place."""
    return campaign.lines.select_related("user", "counted_by").order_by("place", "number")


def unknown_codes(campaign: Campaign) -> QuerySet[Reading]:
    """Codes no card bears, and cards of another list, as they were seen."""
    seen = (Reading.Outcome.UNKNOWN, Reading.Outcome.OUTSIDE)
    return campaign.readings.filter(outcome__in=seen).select_related("person").order_by("-id")


def campaigns_with_variance(actor: Actor) -> QuerySet[Campaign]:
    """For 盘点盈亏处理: counted through, with something missing or too many."""
    pending = CountLine.objects.filter(campaign=OuterRef("pk"), result=Result.PENDING)
    missing = CountLine.objects.filter(campaign=OuterRef("pk"), result=Result.MISSING)
    extra = Surplus.objects.filter(campaign=OuterRef("pk"))
    rows = campaigns_managed_by(actor).filter(state__in=(Campaign.State.COUNTING, Campaign.State.DECIDING))
    return rows.filter(~Exists(pending), Exists(missing) | Exists(extra)).order_by("-id")
