"""Setting aside what is to go, and handing it over when the receiver confirms."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from jishu.apps.asset import holding
from jishu.apps.asset.disposal.services import cards_numbered
from jishu.apps.asset.models import Card
from jishu.platform.command import touched
from jishu.platform.identity.api import Person, Unit, actor_for, people_called
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict, DomainError

from .models import Transfer
from .moving import Paper, carry_over

MOVABLE = (Card.State.IDLE, Card.State.IN_USE)
AS_USER, AS_KEEPER = "user", "keeper"


class NothingHeld(Conflict):
    """该办件没有占用资产，请退回申请人重新提交。"""


def set_aside(*, case: UUID, unit: Unit, numbers: str) -> list[Card]:
    """From now on nobody else can be promised them; who uses them goes on using them until they go."""
    holding.release(case)
    keys = [card.pk for card in cards_numbered(unit, numbers)]
    cards = holding.free_cards(keys, states=MOVABLE, to_do="调拨")
    holding.reserve(cards, case)
    return cards


def give_within(*, case: UUID, unit: Unit, asked: Mapping[str, Any], place: str) -> Transfer:
    """To another user or keeper of the same unit."""
    receiver, as_what = _person(asked["receiver"]), asked["as_what"]
    department = actor_for(receiver).department

    def change(card: Card) -> None:
        card.reserved_for, card.place = None, place or card.place
        if as_what == AS_KEEPER:
            card.keeper = receiver
            return
        card.user, card.department, card.state = receiver, department, Card.State.IN_USE

    paper = Paper(
        case=case, mode=Transfer.Mode.WITHIN, unit=unit, to_unit=unit, on=today(), reason=asked.get("reason") or ""
    )
    return carry_over(_held(case), paper, change)


def give_to(*, case: UUID, unit: Unit, to: Unit, reason: str, place: str, keeper: Person) -> Transfer:
    """Onto the books of another unit, in stock there until it is handed out."""
    if actor_for(keeper).agency != to:
        raise DomainError(f"管理人须是{to.short_name}的人员。", field="keeper")

    def change(card: Card) -> None:
        card.user, card.department, card.keeper, card.place = None, None, keeper, place
        card.state, card.reserved_for = Card.State.IDLE, None

    paper = Paper(case=case, mode=Transfer.Mode.BETWEEN, unit=unit, to_unit=to, on=today(), reason=reason)
    return carry_over(_held(case), paper, change)


def _held(case: UUID) -> list[Card]:
    cards = holding.held_for(case)
    if not cards:
        raise NothingHeld
    touched(*cards)
    return cards


def _person(key: str) -> Person:
    found = people_called([key])
    if not found:
        raise DomainError("接收人已离岗，请退回申请人重新填写。")
    return found[0]
