"""Who sees which transfers, and to which units things may go."""

from django.db.models import QuerySet

from jishu.apps.asset.models import Card
from jishu.platform.identity.api import Actor, Unit, open_units

from .models import Transfer, TransferLine

VIEW, APPLY = "asset.view_transfer", "asset.apply_transfer"


def transfers_visible_to(actor: Actor) -> QuerySet[Transfer]:
    """Of both units: the one that gave keeps the paper, too."""
    scope = actor.scope(VIEW)
    found = Transfer.objects.filter(scope.within_agencies("unit") | scope.within_agencies("to_unit"))
    return found.select_related("unit", "to_unit")


def lines_of_card(card: Card) -> QuerySet[TransferLine]:
    rows = TransferLine.objects.filter(card=card)
    return rows.select_related("to_user", "to_keeper", "transfer__unit", "transfer__to_unit").order_by("-id")


def other_agencies(actor: Actor) -> QuerySet[Unit]:
    """Every 单位 but the own one may be given something."""
    rows = open_units().filter(kind=Unit.Kind.AGENCY)
    return (rows.exclude(pk=actor.agency.pk) if actor.agency is not None else rows.none()).order_by("path")
