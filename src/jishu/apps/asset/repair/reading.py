"""What a thing's repairs come to."""

from decimal import Decimal

from django.db.models import Count, Sum

from jishu.apps.asset.models import Card

from .models import Repair

DONE = (Repair.State.DONE, Repair.State.BEYOND)


def past_of(card: Card) -> tuple[int, Decimal]:
    """How many times it was mended, and for how much altogether."""
    found = Repair.objects.filter(card=card, state__in=DONE).aggregate(
        times=Count("id"), cost=Sum("cost", default=Decimal(0))
    )
    return found["times"], found["cost"]
