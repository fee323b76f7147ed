"""What somebody has in hand, and how all of it changes hands in one step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jishu.apps.asset.lending.services import end_for
from jishu.apps.asset.models import Card
from jishu.apps.asset.transfer.models import Transfer
from jishu.apps.asset.transfer.moving import Paper, carry_over
from jishu.platform.command import touched
from jishu.platform.identity.api import Actor, Person, Unit, actor_for, people_called, people_visible_to
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict, DomainError, Refused

# Those a case holds stay as they are until the case ends; only the name on them changes.
_USED = (Card.State.IN_USE, Card.State.LENT)


class NothingToGive(Conflict):
    """这个人名下没有本单位的资产，不需要交接。"""


@dataclass(frozen=True)
class Held:
    """What a person uses, keeps for others and has borrowed in one unit."""

    person: Person
    used: list[Card]
    kept: list[Card]
    borrowed: list[Card]

    @property
    def all(self) -> list[Card]:
        return sorted({card.pk: card for card in (*self.used, *self.kept, *self.borrowed)}.values(), key=lambda c: c.pk)

    @property
    def sentences(self) -> list[str]:
        told = [("使用", self.used), ("保管", self.kept), ("借用", self.borrowed)]
        return [f"{what} {len(cards)} 件：{_named(cards)}。" for what, cards in told if cards]


def people_to_hand_over(actor: Actor) -> QuerySet[Person]:
    """Colleagues; and for whoever keeps things, those too who have left and in whose name some still stand."""
    people = people_visible_to(actor)
    if not (scope := actor.scope("asset.change_card")):
        return people
    held = Card.objects.filter(scope.within_agencies("unit")).exclude(state=Card.State.RETIRED)
    gone = Person.objects.filter(left_on__lte=today())
    return people | gone.filter(Q(pk__in=held.values("user")) | Q(pk__in=held.values("keeper")))


def in_hands_of(person: Person, unit: Unit, *, lock: bool = False) -> Held:
    rows = Card.objects.filter(Q(user=person) | Q(keeper=person), unit=unit).exclude(state=Card.State.RETIRED)
    rows = rows.select_related("category", "unit").order_by("pk")
    cards = list(rows.select_for_update(of=("self",)) if lock else rows)
    mine = [card for card in cards if card.user_id == person.pk]
    return Held(
        person,
        used=[card for card in mine if card.state != Card.State.LENT],
        kept=[card for card in cards if card.keeper_id == person.pk],
        borrowed=[card for card in mine if card.state == Card.State.LENT],
    )


def check(actor: Actor, *, unit: Unit, person: Person, lines: Iterable[Mapping[str, Any]]) -> Held:
    """One's own things, or those of a unit one keeps things for; and only what is really theirs."""
    if actor.person != person and not actor.scope("asset.change_card").covers(unit):
        raise Refused("只能为自己，或由资产管理员为本单位人员办理交接。", field="person")
    held = in_hands_of(person, unit)
    if not held.all:
        raise NothingToGive(field="person")
    known = {card.number for card in held.all}
    for line in lines:
        if line["number"].strip() not in known:
            raise DomainError(f"{line['number']} 不在{person}名下，请核对资产编号。", field="lines")
        if line.get("receiver") in (person, str(person.uid)):
            raise DomainError("接收人不能是交出人本人。", field="lines")
    return held


def carry_out(actor: Actor, *, case: UUID, unit: Unit, told: Mapping[str, Any]) -> Transfer:
    """As things stand now: what came into the person's hands since is handed over with the rest."""
    person = _person(told["person"], even_left=True)
    held = in_hands_of(person, unit, lock=True)
    if not held.all:
        raise NothingToGive
    touched(*held.all)
    receivers = _receivers(told)
    end_for(held.borrowed, condition="离岗交接收回")

    def change(card: Card) -> None:
        to = receivers.get(card.number, receivers[""])
        if card.keeper_id == person.pk:
            card.keeper = to or actor.person
        if card.user_id != person.pk:
            return
        is_borrowed = card.state == Card.State.LENT
        card.user = None if is_borrowed else to
        if card.user is not None:
            card.department = actor_for(card.user).department
        elif card.state in _USED:
            card.department, card.state = None, Card.State.IDLE

    reason = f"{person.name}资产交接"
    paper = Paper(case=case, mode=Transfer.Mode.LEAVING, unit=unit, to_unit=unit, on=today(), reason=reason)
    return carry_over(held.all, paper, change)


def _receivers(told: Mapping[str, Any]) -> dict[str, Person | None]:
    """By number; the empty one is for everything else. None: back into stock."""
    found: dict[str, Person | None] = {"": _person(told["receiver"]) if told.get("receiver") else None}
    for line in told.get("lines") or []:
        found[line["number"].strip()] = _person(line["receiver"]) if line.get("receiver") else None
    return found


def _person(key: str, *, even_left: bool = False) -> Person:
    found = list(Person.objects.filter(uid=key)) if even_left else people_called([key])
    if not found:
        raise DomainError("接收人已离岗，请退回申请人重新填写。")
    return found[0]


def _named(cards: list[Card]) -> str:
    return "、".join(f"{card.name} {card.number}" for card in cards[:10]) + (" 等" if len(cards) > 10 else "")
