"""Setting labels aside and printing them."""

from collections.abc import Iterable

from jishu.apps.asset.models import Card
from jishu.platform.command import claim_all, command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError

from . import selectors
from .models import LabelOrder
from .sizes import Size

MOST_AT_ONCE = 200


class NothingToPrint(DomainError):
    """没有待打印的标签。请在资产台账勾选资产后点“加入标签打印”，或从卡片上打印。"""


@command(selectors.PRINT, audited_as="label.queued", titled="加入标签打印")
def queue_labels(actor: Actor, /, *, rows: Iterable[Card]) -> list[Card]:
    """Those that wait already stay where they are."""
    wanted = {card.pk for card in rows}
    cards = list(selectors.cards_to_label(actor).filter(pk__in=wanted).order_by("pk"))
    LabelOrder.objects.bulk_create(
        [LabelOrder(person_id=actor.person_id, card=card) for card in cards], ignore_conflicts=True
    )
    return cards


@command(selectors.PRINT, audited_as="label.printed", titled="打印资产标签")
def print_labels(actor: Actor, *, size: Size) -> list[LabelOrder]:
    """The next of the queue, at most as many as one file holds; they leave the queue."""
    waiting = list(selectors.queue_of(actor).values_list("pk", flat=True)[:MOST_AT_ONCE])
    orders = claim_all(selectors.queue_of(actor), LabelOrder.objects.filter(pk__in=waiting))
    if not orders:
        raise NothingToPrint
    for order in orders:
        order.printed_at, order.size = now(), size.code
    LabelOrder.objects.bulk_update(orders, ("printed_at", "size"))
    return orders


@command(selectors.PRINT, audited_as="label.unqueued", titled="清空标签打印")
def clear_queue(actor: Actor) -> int:
    return selectors.queue_of(actor).delete()[0]
