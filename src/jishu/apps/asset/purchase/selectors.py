"""Who sees which requests to buy, and which of them still wait for a delivery."""

from datetime import datetime, time

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from jishu.platform.contract import Waiting
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import ZONE

from .models import PurchaseLine

VIEW, APPLY, RECEIVE = "asset.view_purchaseline", "asset.apply_purchase", "asset.add_acceptance"
LISTED = 20


def purchases_visible_to(actor: Actor) -> QuerySet[PurchaseLine]:
    found = PurchaseLine.objects.filter(actor.scope(VIEW).within_agencies("unit"))
    return found.select_related("unit", "category")


def purchases_to_receive(actor: Actor) -> QuerySet[PurchaseLine]:
    """Approved, not all of it here yet, in units whose deliveries the actor takes in."""
    mine = actor.scope(RECEIVE).within_agencies("unit")
    return PurchaseLine.objects.filter(mine, is_open=True).select_related("category")


def waiting(actor: Actor) -> list[Waiting]:
    """What is bought and has not come, one line for each 单位: nobody else would tell whoever takes it in."""
    if not actor.scope(RECEIVE):
        return []
    units = purchases_to_receive(actor).order_by().values("unit__short_name", "unit__uid").annotate(
        count=Count("id"), since=Min("approved_on")
    )  # fmt: skip
    return [
        Waiting(
            title=f"{one['count']} 项申购已批准，到货后验收入库",
            step="验收入库",
            unit=one["unit__short_name"],
            since=datetime.combine(one["since"], time(), tzinfo=ZONE),
            address=f"{reverse('asset:purchaseline-list')}?{urlencode({'is_open': '1', 'unit': one['unit__uid']})}",
        )
        for one in units.order_by("unit__short_name")[:LISTED]
    ]
