"""The one way to a figure of depreciation: list, detail page, report and closing all ask here."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DateField, DecimalField, Expression, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from jishu.apps.asset.models import Card, Schedule
from jishu.platform.lib.clock import today

from .months import after, month_of

MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=16, decimal_places=2)
NOTHING = Value(Decimal(0), output_field=MONEY)
FACTS = ("base", "carried", "opening", "months", "counts_from", "posts_from", "ends_on")


def depreciated(at: date, prefix: str = "") -> Expression:
    """What a schedule has taken by the end of the month of ``at``; ``prefix`` leads to the schedule."""
    facts = (F(f"{prefix}{name}") for name in FACTS)
    return Func(*facts, Value(at, output_field=DateField()), function="asset_depreciated", output_field=MONEY)


def amount_of(month: date, prefix: str = "") -> Expression:
    """What a schedule takes in one month, with whatever it has to make up for when it begins."""
    taken: Expression = depreciated(month, prefix) - depreciated(after(month, -1), prefix)
    return taken


def in_month(month: date, prefix: str = "") -> Q:
    """Schedules that belong to the books of that month, whether anything is left to take or not."""
    return Q(**{f"{prefix}posts_from__lte": month}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gt": month})
    )


def as_of() -> date:
    """Lists and detail pages tell the state at the end of last month."""
    return after(month_of(today()), -1)


def with_figures(cards: QuerySet[Card], at: date | None = None) -> QuerySet[Card]:
    """Each card with ``accumulated`` and ``net`` (累计折旧, 净值)."""
    at = at or as_of()
    held = Schedule.objects.filter(card=OuterRef("pk"))
    taken = held.filter(posts_from__lte=at).order_by("-posts_from").values(taken=depreciated(at))[:1]
    before = held.order_by("posts_from").values("opening")[:1]
    accumulated = Coalesce(*(Subquery(one, output_field=MONEY) for one in (taken, before)), NOTHING)
    return cards.annotate(accumulated=accumulated, net=F("value") - accumulated)


def accumulated_of(card: Card, at: date | None = None) -> Decimal:
    found: Any = with_figures(Card.objects.filter(pk=card.pk), at).get()
    return Decimal(found.accumulated)
