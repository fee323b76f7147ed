"""Who sees which requests to buy, and which of them still wait for a delivery."""

from django.db.models import F, QuerySet

from jishu.platform.identity.api import Actor

from .models import PurchaseLine

VIEW, APPLY = "asset.view_purchaseline", "asset.apply_purchase"


def purchases_visible_to(actor: Actor) -> QuerySet[PurchaseLine]:
    found = PurchaseLine.objects.filter(actor.scope(VIEW).within_agencies("unit"))
    return found.select_related("unit", "category")


def purchases_to_receive(actor: Actor) -> QuerySet[PurchaseLine]:
    """Approved, not all of it here yet, in units whose deliveries the actor takes in."""
    open_ones = PurchaseLine.objects.filter(state=PurchaseLine.State.APPROVED, received__lt=F("quantity"))
    return open_ones.filter(actor.scope("asset.add_acceptance").within_agencies("unit")).select_related("category")
