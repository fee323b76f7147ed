"""A thing is promised once: disposal, loan, pool, transfer and repair all take it here, under the lock of its card."""

from collections.abc import Collection, Iterable
from uuid import UUID

from jishu.platform.command import touched
from jishu.platform.lib.errors import Conflict

from .models import Card, Loan

WAITING = (Loan.State.BOOKED, Loan.State.OUT)


class Taken(Conflict):
    """其中有资产已被占用。"""


def free_cards(keys: Iterable[int], *, states: Collection[str], to_do: str, field: str = "numbers") -> list[Card]:
    """Locked in the order of their keys, and promised to nobody: neither to a case nor to a borrower."""
    rows = Card.objects.filter(pk__in=list(keys)).select_related("category", "unit").order_by("pk")
    cards = list(rows.select_for_update(of=("self",)))
    booked = set(Loan.objects.filter(card__in=cards, state__in=WAITING).values_list("card_id", flat=True))
    for card in cards:
        if why := _why_not(card, states, card.pk in booked):
            raise Taken(f"{card.number} {why}，不能{to_do}。", field=field)
    touched(*cards)
    return cards


def reserve(cards: Collection[Card], case: UUID) -> None:
    for card in cards:
        card.reserved_for = case
    Card.objects.bulk_update(cards, ("reserved_for",))


def release(case: UUID) -> None:
    """As they were: nothing but the promise ends."""
    cards = list(Card.objects.select_for_update(of=("self",)).filter(reserved_for=case).order_by("pk"))
    touched(*cards)
    for card in cards:
        card.reserved_for = None
    Card.objects.bulk_update(cards, ("reserved_for",))


def held_for(case: UUID) -> list[Card]:
    rows = Card.objects.filter(reserved_for=case).select_related("category", "unit").order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def _why_not(card: Card, states: Collection[str], is_booked: bool) -> str:
    if card.reserved_for is not None:
        return f"现在是“{card.get_state_display()}”，已被其他办件占用"
    if card.state not in states:
        return f"现在是“{card.get_state_display()}”"
    return "已有借用或预约，请先归还或取消" if is_booked else ""
