"""Cards go over to other hands or other books, and what was moved is written down. Steps of whoever holds the cards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from jishu.apps.asset import events
from jishu.apps.asset.depreciation import planning
from jishu.apps.asset.depreciation.books import book_of
from jishu.apps.asset.depreciation.figures import with_figures
from jishu.apps.asset.depreciation.months import after, month_of
from jishu.apps.asset.models import Card
from jishu.apps.asset.services import CONSTRAINTS, next_number, next_paper
from jishu.platform.command import touched
from jishu.platform.identity.api import Unit
from jishu.platform.lib.db import explained

from .models import Transfer, TransferLine

CHANGED = ("number", "unit", "department", "user", "keeper", "place", "state", "reserved_for")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What the transfer is, beside its cards."""

    case: UUID
    mode: str
    unit: Unit
    to_unit: Unit
    on: date
    reason: str = ""


def carry_over(cards: Sequence[Card], paper: Paper, change: Callable[[Card], None]) -> Transfer:
    """``change`` says of each card whose it is from now on and where. Between units the number stays where it can."""
    lines = _lines_before(cards, paper.on)
    if paper.unit != paper.to_unit:
        for unit in sorted((paper.unit, paper.to_unit), key=lambda one: one.pk):
            book_of(unit)  # in one order, so that two transfers the other way round never wait for each other
        _renumber(cards, paper)
    for card in cards:
        card.unit = paper.to_unit
        change(card)
    with explained(CONSTRAINTS):
        Card.objects.bulk_update(cards, CHANGED)
    if paper.unit != paper.to_unit:
        planning.move(cards, on=paper.on)
    return _written(cards, lines, paper)


def _renumber(cards: Sequence[Card], paper: Paper) -> None:
    """A number the receiving unit already uses is replaced by the next of its own series."""
    wanted = [card.number for card in cards]
    taken = set(Card.objects.filter(unit=paper.to_unit, number__in=wanted).values_list("number", flat=True))
    for card in cards:
        if card.number in taken:
            card.number = next_number(paper.to_unit, card.category, paper.on)


def _lines_before(cards: Sequence[Card], on: date) -> list[TransferLine]:
    figures: Any = with_figures(Card.objects.filter(pk__in=[card.pk for card in cards]), after(month_of(on), -1))
    taken = {one.pk: one.accumulated for one in figures}
    return [
        TransferLine(
            card=card, number_before=card.number, from_user_id=card.user_id, from_keeper_id=card.keeper_id,
            value=card.value, accumulated=taken[card.pk],
        )
        for card in cards
    ]  # fmt: skip


def _written(cards: Sequence[Card], lines: list[TransferLine], paper: Paper) -> Transfer:
    value = sum((line.value for line in lines), Decimal(0))
    transfer = Transfer.objects.create(
        case=paper.case, number=next_paper(paper.unit, "DB", paper.on), mode=paper.mode, unit=paper.unit,
        to_unit=paper.to_unit, moved_on=paper.on, cards=len(cards), value=value,
        net=value - sum((line.accumulated for line in lines), Decimal(0)), reason=paper.reason[:300],
    )  # fmt: skip
    touched(transfer)
    for line, card in zip(lines, cards, strict=True):
        line.transfer, line.number = transfer, card.number
        line.to_user_id, line.to_keeper_id = card.user_id, card.keeper_id
    TransferLine.objects.bulk_create(lines)
    events.cards_transferred(transfer)
    return transfer
