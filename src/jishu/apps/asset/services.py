"""Changing the ledger: register, amend, reserve, hand over."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from jishu.platform.command import claim, claim_all, command, touched
from jishu.platform.identity.api import Actor, Person, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from . import events, selectors
from .depreciation import planning
from .models import GUARDED, Card, Category, NumberSeries


class NumberTaken(Conflict):
    """本单位已有这个资产编号。"""


class UserRequired(DomainError):
    """在用或借出的资产必须填写使用人。"""


class Guarded(DomainError):
    """原值、取得日期、分类、编号等不能直接修改；请在卡片的“变更申请”中提出，由另一人复核后生效。"""


class NotInStock(Conflict):
    """本单位库存不足，可减少数量，或改为申购。"""


class WrongCards(DomainError):
    """出库的资产与申领不符。"""


# What a ledger row brings: words, empty when the ledger has none, and facts the check has settled.
WORDS = ("spec", "serial_number", "place", "remark")
FACTS = (
    "number", "name", "category_id", "unit_id", "department_id", "user_id", "keeper_id", "value", "acquired_on",
    "source", "state",
)  # fmt: skip

# What a case that holds a card will itself change.
HELD_BY_CASES = ("state", "unit", "user")
# What depreciation goes by.
SPREAD_BY = ("value", "acquired_on", "category_id", "life_months")
CONSTRAINTS = {
    "card_number_is_unique_in_its_unit": NumberTaken(field="number"),
    "card_in_use_has_a_user": UserRequired(field="user"),
}


@command("asset.add_card", audited_as="card.registered", titled="登记资产卡片")
def register_card(actor: Actor, /, *, unit: Unit, category: Category, number: str = "", **values: Any) -> Card:
    """Add one card; without a number the next of the unit's own series is given."""
    if not actor.scope("asset.add_card").covers(unit):
        raise Missing("您不负责该单位的资产。", field="unit")
    number = number or next_number(unit, category, values.get("acquired_on") or today())
    with explained(CONSTRAINTS):
        card = Card.objects.create(unit=unit, category=category, number=number, **values)
    planning.begin_all([card])
    return card


@command("asset.change_card", audited_as="card.amended", titled="修改资产卡片")
def amend_card(actor: Actor, /, *, card: Card, **values: Any) -> Card:
    """Change what is not guarded. A thing that is reserved or awaiting receipt is not changed behind a case's back."""
    card = claim(selectors.cards_managed_by(actor, "asset.change_card"), card)
    _refuse_guarded(card, values)
    unit = values.get("unit")
    if unit is not None and not actor.scope("asset.change_card").covers(unit):
        raise Missing("您不负责该单位的资产。", field="unit")
    for name in HELD_BY_CASES if card.reserved_for is not None else ():
        if values.get(name, getattr(card, name)) != getattr(card, name):
            raise Conflict("该资产正在申领、调拨、维修或处置，办结前不能改变单位、使用人和使用状况。", field=name)
    owner = card.unit_id
    _save(card, {name: value for name, value in values.items() if name not in GUARDED})
    if card.unit_id != owner:
        planning.move([card], on=today())
    return card


def correct(card: Card, **values: Any) -> Card:
    """Guarded fields, as two people agreed (see ``corrections``); the caller holds the card. Depreciation follows."""
    before = [getattr(card, name) for name in SPREAD_BY]
    _save(card, values)
    if before != [getattr(card, name) for name in SPREAD_BY]:
        planning.follow(card)
    return card


def _save(card: Card, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(card, name, value)
    with explained(CONSTRAINTS):
        card.save()


def _refuse_guarded(card: Card, values: Mapping[str, Any]) -> None:
    """An empty number, as forms send it, asks for nothing."""
    for name in GUARDED:
        if name in values and values[name] != getattr(card, name) and (name != "number" or values[name]):
            title = Card._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            said = f"{title}不能直接修改；请在卡片的“变更申请”中提出，由另一人复核后生效。"
            raise Guarded(said, field=name)


@command("asset.change_card", audited_as="card.changed_together", titled="批量修改资产卡片")
def change_cards(actor: Actor, /, *, rows: Iterable[Card], **values: Any) -> list[Card]:
    """Give many cards the same values, each by the rules of ``amend_card``."""
    if not values.keys().isdisjoint(GUARDED):
        raise Guarded
    cards = claim_all(selectors.cards_managed_by(actor, "asset.change_card"), rows)
    if any(card.reserved_for for card in cards) and (fixed := [name for name in HELD_BY_CASES if name in values]):
        raise Conflict("其中有资产正在申领、调拨、维修或处置，办结前不能改变使用人和使用状况。", field=fixed[0])
    for card in cards:
        for name, value in values.items():
            setattr(card, name, value)
    with explained(CONSTRAINTS):
        Card.objects.bulk_update(cards, tuple(values))
    return cards


@command("asset.change_card", audited_as="card.set_to_retire", titled="转为待处置")
def retire_cards(actor: Actor, /, *, rows: Iterable[Card], state: str = Card.State.RETIRING) -> list[Card]:
    """``state`` is another one only where this is undone."""
    return change_cards(actor, rows=rows, state=state)


def next_number(unit: Unit, category: Category, on: date) -> str:
    """单位码-大类-年-流水, such as 331099-A02-2026-000017; gapless under the lock of its series."""
    return next_numbers(unit, category, on, 1)[0]


def next_numbers(unit: Unit, category: Category, on: date, count: int) -> list[str]:
    return _numbered(unit, f"{unit.code[:12]}-{category.code[:3]}-{on.year}", count)


def next_paper(unit: Unit, kind: str, on: date) -> str:
    """The same for papers: YS for 验收单, CZ for 处置单 and so on."""
    return _numbered(unit, f"{unit.code[:12]}-{kind}-{on.year}", 1)[0]


def hold_papers(unit: Unit, kind: str, on: date) -> None:
    """Nobody of the unit is given a number of this kind before the transaction ends; none is used up."""
    _numbered(unit, f"{unit.code[:12]}-{kind}-{on.year}", 0)


def _numbered(unit: Unit, head: str, count: int) -> list[str]:
    NumberSeries.objects.bulk_create([NumberSeries(unit=unit, head=head)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(unit=unit, head=head)
    first, series.last = series.last + 1, series.last + count
    series.save(update_fields=("last",))
    return [f"{head}-{number:06d}" for number in range(first, series.last + 1)]


def reserve(*, case: UUID, unit: Unit, category: Category, quantity: int) -> list[Card]:
    """Set aside ``quantity`` things for a case; those locked by someone else's case are passed over."""
    found = list(selectors.stock_of(unit, category).select_for_update(skip_locked=True, of=("self",))[:quantity])
    if len(found) < quantity:
        raise NotInStock(
            f"本单位可领的“{category.name}”只有 {len(found)} 件，可减少数量，或改为申购。", field="quantity"
        )
    touched(*found)
    for card in found:
        card.reserved_for = case
    Card.objects.bulk_update(found, ("reserved_for",))
    return found


def release(*, case: UUID) -> None:
    """Give back whatever is set aside for a case."""
    held = list(selectors.cards_reserved_for(case).select_for_update(of=("self",)))
    touched(*held)
    for card in held:
        card.reserved_for, card.state = None, Card.State.IDLE
    Card.objects.bulk_update(held, ("reserved_for", "state"))


def issue(*, case: UUID, unit: Unit, category: Category, numbers: Iterable[str], quantity: int) -> list[Card]:
    """Hand out the cards with these numbers for a case; what was reserved but not chosen goes back to stock."""
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) != quantity:
        raise WrongCards(f"应出库 {quantity} 件，填写了 {len(wanted)} 件。", field="numbers")
    release(case=case)
    chosen = list(
        Card.objects.filter(unit=unit, number__in=wanted).select_related("category").select_for_update(of=("self",))
    )
    _check_chosen(chosen, wanted, category)
    touched(*chosen)
    for card in chosen:
        card.reserved_for, card.state = case, Card.State.HANDING
    Card.objects.bulk_update(chosen, ("reserved_for", "state"))
    return chosen


def hand_over(*, case: UUID, user: Person, department: Unit | None, place: str) -> list[Card]:
    """The receiver confirms: the things are theirs to use from now on."""
    held = selectors.cards_reserved_for(case).select_related("unit", "category")
    cards = list(held.select_for_update(of=("self",)))
    touched(*cards)
    for card in cards:
        card.user, card.department, card.place = user, department, place or card.place
        card.state, card.reserved_for = Card.State.IN_USE, None
    Card.objects.bulk_update(cards, ("user", "department", "place", "state", "reserved_for"))
    events.cards_issued(cards, case=case)
    return cards


def _check_chosen(chosen: list[Card], wanted: list[str], category: Category) -> None:
    found = {card.number for card in chosen}
    if missing := [number for number in wanted if number not in found]:
        raise WrongCards(f"本单位没有编号为 {missing[0]} 的资产。", field="numbers")
    for card in chosen:
        if not card.category.path.startswith(category.path):
            raise WrongCards(f"{card.number} 是“{card.category}”，不是申领的“{category}”。", field="numbers")
        if card.state != Card.State.IDLE or card.reserved_for is not None:
            raise WrongCards(f"{card.number} 不在库或已被其他申领占用。", field="numbers")


@command("asset.import_card", audited_as="card.imported", titled="导入资产台账")
def import_cards(actor: Actor, *, rows: Iterable[Mapping[str, Any]]) -> list[Card]:
    """Add a batch of checked rows (see ``imports``); one entry in the record names every card."""
    cards = [
        Card(**{name: row.get(name) or "" for name in WORDS}, **{name: row[name] for name in FACTS}) for row in rows
    ]
    scope = actor.scope("asset.import_card")
    units = Unit.objects.filter(pk__in={card.unit_id for card in cards})
    if not all(scope.covers(unit) for unit in units):
        raise Missing("其中有您不负责的单位。", field="unit")
    with explained(CONSTRAINTS):
        created = Card.objects.bulk_create(cards)
    planning.begin_all(created, is_opening=True)
    return created
