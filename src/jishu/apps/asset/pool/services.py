"""Listing, asking, allocating. A thing is promised to one unit: whoever asks first."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from jishu.apps.asset.holding import Taken, free_cards
from jishu.apps.asset.models import Card
from jishu.apps.asset.transfer.models import Transfer
from jishu.apps.asset.transfer.moving import Paper, carry_over
from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict

from . import selectors
from .models import PoolListing

State = PoolListing.State
# 挂牌公示期: kept by the district's own rule; the norm names no figure that could be verified.
SHORTEST_DAYS, LONGEST_DAYS = 7, 365


class NotListable(Conflict):
    """这件资产正在使用、已被占用或已在公物仓，不能挂牌。"""


class NotOnOffer(Conflict):
    """这件资产刚刚被别的单位申请或已撤牌，请另选。"""


def list_card(*, card: UUID, unit: Unit, days: int, worth: Decimal, **told: Any) -> PoolListing:
    """The card stays where it is and on its unit's books, but nobody can be given it any more."""
    keys = Card.objects.filter(uid=card, unit=unit).values_list("pk", flat=True)
    try:
        held = free_cards(keys, states=(Card.State.IDLE, Card.State.RETIRING), to_do="挂牌", field="card")[0]
    except (Taken, IndexError):
        raise NotListable(field="card") from None
    listing = PoolListing.objects.create(
        card=held, unit=unit, name=held.name, worth=worth, listed_on=today(), until=today() + timedelta(days=days),
        **told,
    )  # fmt: skip
    held.state, held.reserved_for = Card.State.IDLE, listing.uid
    held.save(update_fields=("state", "reserved_for"))
    return listing


@command(selectors.CHANGE, audited_as="listing.withdrawn", titled="公物仓撤牌")
def withdraw(actor: Actor, *, listing: PoolListing) -> PoolListing:
    held = claim(selectors.listings_managed_by(actor), listing)
    if held.state != State.LISTED:
        raise Conflict("只有挂牌中的可以撤牌；正在办理调剂的，请先在办件里退回。")
    held.state = State.WITHDRAWN
    held.save()
    Card.objects.filter(pk=held.card_id, reserved_for=held.uid).update(reserved_for=None)
    return held


def ask(*, listing: UUID, case: UUID, unit: Unit) -> None:
    """One statement decides between two units that ask at once."""
    open_ones = PoolListing.objects.filter(uid=listing, state=State.LISTED, until__gte=today()).exclude(unit=unit)
    if not open_ones.update(state=State.ASKED, case=case):
        raise NotOnOffer(field="listing")


def give_up(*, case: UUID) -> None:
    PoolListing.objects.filter(case=case, state=State.ASKED).update(state=State.LISTED, case=None)


def allocate(*, case: UUID, unit: Unit, place: str) -> PoolListing:
    """The card goes over to the other unit's books; a number already used there is replaced, and the card says so."""
    held = PoolListing.objects.select_for_update(of=("self",)).select_related("card", "card__category").get(
        case=case, state=State.ASKED
    )  # fmt: skip
    card = Card.objects.select_for_update(of=("self",)).select_related("category").get(pk=held.card_id)
    touched(card, held)
    card.remark = f"公物仓调剂，原 {held.unit.short_name} {card.number}"[:200]
    card.save(update_fields=("remark",))

    def change(card: Card) -> None:
        card.department, card.user, card.keeper = None, None, None
        card.place, card.state, card.reserved_for = place, Card.State.IDLE, None

    paper = Paper(case=case, mode=Transfer.Mode.POOL, unit=held.unit, to_unit=unit, on=today(), reason="公物仓调剂")
    carry_over([card], paper, change)
    held.state, held.allocated_to, held.allocated_on = State.ALLOCATED, unit, today()
    held.save()
    return held
