"""What the pool offers, to whom, and what it has saved."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from jishu.apps.asset.models import Card, Category
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today

from .models import PoolListing

VIEW, CHANGE = "asset.view_poollisting", "asset.change_poollisting"
State = PoolListing.State


def listings_visible_to(actor: Actor) -> QuerySet[PoolListing]:
    """The pool exists to be looked at by every unit."""
    return PoolListing.objects.select_related("card", "card__category", "unit", "allocated_to")


def listings_managed_by(actor: Actor) -> QuerySet[PoolListing]:
    return PoolListing.objects.filter(actor.scope(CHANGE).within_agencies("unit"))


def listings_on_offer(actor: Actor) -> QuerySet[PoolListing]:
    """What the actor's unit may ask for today: nothing of its own, nothing whose time is over."""
    if actor.agency is None:
        return PoolListing.objects.none()
    rows = PoolListing.objects.filter(state=State.LISTED, until__gte=today()).exclude(unit=actor.agency)
    return rows.select_related("card").order_by("-id")


def listings_like(category: Category) -> QuerySet[PoolListing]:
    """What the pool has of a class: asked before anything is bought."""
    rows = PoolListing.objects.filter(state=State.LISTED, until__gte=today())
    return rows.filter(card__category__path__startswith=category.path).select_related("card", "unit")


def cards_to_list(actor: Actor) -> QuerySet[Card]:
    """Things of the actor's own unit that nobody uses or has been promised."""
    if actor.agency is None:
        return Card.objects.none()
    rows = Card.objects.filter(unit=actor.agency, state__in=(Card.State.IDLE, Card.State.RETIRING), reserved_for=None)
    return rows.order_by("-acquired_on", "-id")


def saved(since: date, until: date) -> dict[str, Any]:
    """公物仓盘活额: what units did not have to buy, at the price of buying it."""
    rows = PoolListing.objects.filter(state=State.ALLOCATED, allocated_on__gte=since, allocated_on__lte=until)
    found = rows.aggregate(count=Count("id"), worth=Sum("worth", default=Decimal(0)))
    by_unit = rows.values("allocated_to__short_name", "allocated_to__uid").annotate(
        count=Count("id"), total=Sum("worth")
    )
    return {**found, "units": list(by_unit.order_by("-total", "allocated_to__short_name")[:100])}
