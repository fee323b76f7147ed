"""A repair on its way. Steps of its case, which holds the card meanwhile."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jishu.apps.asset import holding
from jishu.apps.asset.categories.rules import Classes
from jishu.apps.asset.depreciation import planning
from jishu.apps.asset.models import Card, Schedule
from jishu.platform.command import touched
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict, DomainError

from .models import Repair

VIEW, APPLY = "asset.view_repair", "asset.apply_repair"
REPAIRABLE = (Card.State.IDLE, Card.State.IN_USE, Card.State.REPAIR)
State, Booking = Repair.State, Repair.Booking


class WarrantyFirst(DomainError):
    """该资产还在保修期内，应由供应商免费维修；确需付费的，请写明保修为什么不包。"""


class NotThere(Conflict):
    """没有正在办理的这项维修，可能已经撤回。"""


def repairs_visible_to(actor: Actor) -> QuerySet[Repair]:
    found = Repair.objects.filter(actor.scope(VIEW).within_agencies("unit"))
    return found.select_related("unit", "card")


def cards_to_mend(actor: Actor) -> QuerySet[Card]:
    """What the actor uses or keeps, and all of the unit for whoever keeps its things."""
    mine = Card.objects.filter(user=actor.person_id) | Card.objects.filter(keeper=actor.person_id)
    if scope := actor.scope("asset.change_card"):
        mine = mine | Card.objects.filter(scope.within_agencies("unit"))
    found = mine.filter(unit=actor.agency, state__in=REPAIRABLE, reserved_for=None)
    return found.order_by("-acquired_on", "-id")


def is_in_warranty(card: Card, on: date) -> bool:
    return card.warranty_until is not None and on <= card.warranty_until


def ask(*, case: UUID, unit: Unit, card: UUID, fault: str) -> Repair:
    """Held from now on: nobody transfers or disposes of it meanwhile. Its user keeps using what still works."""
    drop(case)
    keys = Card.objects.filter(uid=card, unit=unit).values_list("pk", flat=True)
    held = holding.free_cards(keys, states=REPAIRABLE, to_do="报修", field="card")
    if not held:
        raise DomainError("本单位没有这件资产。", field="card")
    holding.reserve(held, case)
    Repair.objects.filter(case=case).delete()
    return Repair.objects.create(
        case=case, unit=unit, card=held[0], fault=fault[:500], asked_on=today(),
        in_warranty=is_in_warranty(held[0], today()),
    )  # fmt: skip


def drop(case: UUID) -> None:
    """Not mended after all; where it was already away for repair, it is back."""
    cards = holding.held_for(case)
    touched(*cards)
    for card in cards:
        card.reserved_for, card.state = None, _rest(card)
    Card.objects.bulk_update(cards, ("reserved_for", "state"))
    Repair.objects.filter(case=case, state__in=(State.ASKED, State.UNDER_WAY)).update(state=State.STOPPED)


def take_on(*, case: UUID, told: Mapping[str, Any]) -> Repair:
    """Accepted, with a quote: away for repair from now on."""
    repair, card = _open(case)
    quote = told["quote"] or Decimal(0)
    if repair.in_warranty and quote and not told.get("why_paid"):
        raise WarrantyFirst(field="why_paid")
    repair.state, repair.repairer, repair.quote = State.UNDER_WAY, told["repairer"], quote
    repair.save(update_fields=("state", "repairer", "quote"))
    card.state = Card.State.REPAIR
    card.save(update_fields=("state",))
    return repair


def accept(*, case: UUID, told: Mapping[str, Any]) -> Repair:
    """Mended and paid for, or beyond repair. What adds to use or life is capitalised, the rest is expense."""
    repair, card = _open(case)
    cost, booking, added = told["cost"] or Decimal(0), told["booking"], told.get("added_months") or 0
    _check(repair, cost=cost, booking=booking, added=added, told=told)
    is_beyond = told["outcome"] == State.BEYOND
    repair.state = State.BEYOND if is_beyond else State.DONE
    repair.cost, repair.booking = cost, booking if cost else Booking.NONE
    repair.added_months, repair.done_on = added, told["done_on"]
    repair.result, repair.voucher_number = told["result"][:300], told.get("voucher_number") or ""
    repair.save()
    card.reserved_for = None
    card.state = Card.State.RETIRING if is_beyond else _rest(card)
    if repair.booking == Booking.CAPITAL:
        card.life_months = _life(card, added)
        card.value += cost
    card.save(update_fields=("reserved_for", "state", "value", "life_months"))
    if repair.booking == Booking.CAPITAL:
        planning.follow(card, why=Schedule.Why.REPAIR)
    return repair


def _check(repair: Repair, *, cost: Decimal, booking: str, added: int, told: Mapping[str, Any]) -> None:
    if not repair.asked_on <= told["done_on"] <= today():
        raise DomainError("验收日期应在报修日期与今天之间。", field="done_on")
    if cost and booking == Booking.NONE:
        raise DomainError("发生了维修费用，请选择费用化或资本化。", field="booking")
    if repair.quote is not None and cost > repair.quote and not told.get("why_more"):
        raise DomainError(f"费用超过批准的报价 ¥{repair.quote:,.2f}，请写明原因。", field="why_more")
    if booking == Booking.CAPITAL and (not cost or told["outcome"] == State.BEYOND):
        raise DomainError("没有费用或无法修复的，不能资本化。", field="booking")
    if added and booking != Booking.CAPITAL:
        raise DomainError("只有资本化的大修才延长使用年限。", field="added_months")


def _open(case: UUID) -> tuple[Repair, Card]:
    repair = Repair.objects.select_for_update(of=("self",)).filter(
        case=case, state__in=(State.ASKED, State.UNDER_WAY)
    ).first()  # fmt: skip
    cards = holding.held_for(case)
    if repair is None or not cards:
        raise NotThere
    touched(repair, *cards)
    return repair, cards[0]


def _rest(card: Card) -> str:
    if card.state != Card.State.REPAIR:
        return card.state
    return Card.State.IN_USE if card.user_id else Card.State.IDLE


def _life(card: Card, added: int) -> int | None:
    """The life the class gives it, made the card's own once something is added to it."""
    if not added:
        return card.life_months
    known = card.life_months or Classes().rules_of(card.category, on=today(), unit=card.unit).life_months
    return known + added if known else card.life_months
