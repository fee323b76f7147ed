"""What waits to be printed."""

from django.db.models import QuerySet

from jishu.apps.asset.models import Card
from jishu.platform.identity.api import Actor

from .models import LabelOrder

PRINT = "asset.print_label"


def cards_to_label(actor: Actor) -> QuerySet[Card]:
    """Of the units whose labels the actor prints; what has been disposed of needs none."""
    rows = Card.objects.filter(actor.scope(PRINT).within_agencies("unit")).exclude(state=Card.State.RETIRED)
    return rows.select_related("unit", "keeper")


def queue_of(actor: Actor) -> QuerySet[LabelOrder]:
    """The person's own, as far as they still look after the cards."""
    rows = LabelOrder.objects.filter(person=actor.person_id, printed_at=None, card__in=cards_to_label(actor))
    return rows.select_related("card", "card__unit", "card__keeper").order_by("id")
