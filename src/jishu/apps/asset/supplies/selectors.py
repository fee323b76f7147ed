"""Who sees which consumables, what can be asked for, and who used how much."""

from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode

from jishu.platform.contract import Waiting
from jishu.platform.identity.api import Actor, Unit

from .models import SupplyItem, SupplyMove

VIEW, CHANGE, MOVES = "asset.view_supplyitem", "asset.change_supplyitem", "asset.view_supplymove"
LISTED = 20


def items_visible_to(actor: Actor) -> QuerySet[SupplyItem]:
    """Of the units the actor looks after; everyone else sees what their own unit offers."""
    rows = SupplyItem.objects.select_related("unit")
    if scope := actor.scope(VIEW):
        return rows.filter(scope.within_agencies("unit"))
    return rows.filter(unit=actor.agency, is_offered=True) if actor.agency is not None else rows.none()


def items_managed_by(actor: Actor) -> QuerySet[SupplyItem]:
    return SupplyItem.objects.filter(actor.scope(CHANGE).within_agencies("unit"))


def items_on_offer(actor: Actor) -> QuerySet[SupplyItem]:
    """What the actor's own unit has to give now."""
    if actor.agency is None:
        return SupplyItem.objects.none()
    free = SupplyItem.objects.filter(unit=actor.agency, is_offered=True, on_hand__gt=F("reserved"))
    return free.order_by("name", "spec")


def waiting(actor: Actor) -> list[Waiting]:
    """What runs out, one line for each unit the actor keeps stock for: it waits there until something comes in."""
    if not actor.scope(CHANGE):
        return []
    low = items_managed_by(actor).filter(is_low=True, alert__gt=0).order_by()
    units = low.values("unit__short_name", "unit__uid").annotate(count=Count("id")).order_by("unit__short_name")
    return [
        Waiting(
            title=f"{one['count']} 种易耗品低于库存下限",
            step="补货入库",
            unit=one["unit__short_name"],
            address=f"{reverse('asset:supplyitem-list')}?{urlencode({'is_low': '1', 'unit': one['unit__uid']})}",
        )
        for one in units[:LISTED]
    ]


def moves_visible_to(actor: Actor) -> QuerySet[SupplyMove]:
    rows = SupplyMove.objects.select_related("item", "item__unit", "department", "person")
    return rows.filter(actor.scope(MOVES).within_agencies("item__unit"))


def consumption(actor: Actor, since: date, until: date, unit: Unit | None = None) -> list[dict[str, Any]]:
    """What each department used, net of what it gave back: the days from ``since`` to ``until``, both included."""
    used = moves_visible_to(actor).filter(
        Q(kind=SupplyMove.Kind.ISSUE) | Q(kind=SupplyMove.Kind.RETURN),
        created_at__date__gte=since,
        created_at__date__lte=until,
    )
    if unit is not None:
        used = used.filter(item__unit=unit)
    rows = used.values(
        "item__unit__short_name", "department__short_name", "department__uid", "item__name", "item__spec",
        "item__measure", "item__uid",
    )  # fmt: skip
    summed = rows.annotate(used=-Sum("quantity"), cost=-Sum("amount"))
    return list(summed.order_by("item__unit__short_name", "department__short_name", "-cost", "item__name")[:5000])
