"""Who sees which books, closings and lines."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from jishu.apps.asset.models import Card, Closing, Reopening, Schedule
from jishu.platform.identity.api import Actor, Unit, open_units

from .figures import amount_of, depreciated, in_month

VIEW = "asset.view_depreciation"


def units_in_reach(actor: Actor, permission: str = VIEW) -> QuerySet[Unit]:
    return open_units().filter(actor.scope(permission).within("agency"), kind=Unit.Kind.AGENCY).order_by("path")


def closings_visible_to(actor: Actor, permission: str = "asset.view_closing") -> QuerySet[Closing]:
    return Closing.objects.filter(actor.scope(permission).within_agencies("unit")).select_related("unit", "closed_by")


def reopenings_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[Reopening]:
    found = Reopening.objects.filter(actor.scope(permission).within_agencies("closing__unit"))
    return found.select_related("closing__unit", "asked_by", "decided_by")


def cards_of_month(unit: Unit, month: date) -> QuerySet[Card]:
    """The cards in the unit's books of a month, each with ``taken`` that month and ``accumulated`` by its end."""
    held = Card.objects.filter(in_month(month, "schedules__"), schedules__book__unit=unit)
    return held.select_related("category").annotate(
        cost=F("schedules__value"),
        taken=amount_of(month, "schedules__"),
        accumulated=depreciated(month, "schedules__"),
        net=F("schedules__value") - depreciated(month, "schedules__"),
    )


def totals(unit: Unit, month: date) -> dict[str, Any]:
    """What the month comes to, closed or not: counted from the same schedules as every line."""
    held = Schedule.objects.filter(in_month(month), book__unit=unit)
    found = held.annotate(taken=amount_of(month), so_far=depreciated(month)).aggregate(
        cards=Count("pk"), cost=Sum("value"), amount=Sum("taken"), accumulated=Sum("so_far")
    )
    return {name: value if value is not None else Decimal(0) for name, value in found.items()}
