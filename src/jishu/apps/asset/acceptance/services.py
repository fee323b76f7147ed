"""Taking in a delivery, and taking it back while nothing has been used."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from jishu.apps.asset import services
from jishu.apps.asset.depreciation import planning
from jishu.apps.asset.depreciation.books import MonthClosed
from jishu.apps.asset.models import Acceptance, AcceptanceLine, Card
from jishu.apps.asset.purchase import services as purchases
from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor, Person, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.lib.money import split_money

from .selectors import acceptances_visible_to

ADD = "asset.add_acceptance"
MOST_CARDS = 2000
COPIED = ("source", "funding", "voucher_number", "warranty_until")


class InUse(Conflict):
    """其中有资产已经领用、占用或计提折旧，不能撤销入库。"""


class InvoiceKnown(DomainError):
    """这张发票已经办过入库。分批到货的，请在说明中写明是第几批。"""


class NotTwo(DomainError):
    """验收须由两人共同签字，共同验收人不能是验收人本人。"""


@command(ADD, audited_as="acceptance.stored", titled="验收入库")
def accept(
    actor: Actor, /, *, unit: Unit, lines: Iterable[Mapping[str, Any]], keeper: Person, place: str = "", **head: Any
) -> Acceptance:
    """Lines: category, name, spec, quantity, total and, where known, serials and the ``purchase`` it was bought by.

    Each thing becomes a card in stock.
    """
    if not actor.scope(ADD).covers(unit):
        raise Missing("您不负责该单位的资产。", field="unit")
    given = list(lines)
    _check(unit, given, head)
    with explained({"acceptance_is_by_two_people": NotTwo(field="witnessed_by")}):
        acceptance = Acceptance.objects.create(
            unit=unit, number=services.next_paper(unit, "YS", head["accepted_on"]),
            total=sum((line["total"] for line in given), Decimal(0)),
            quantity=sum(line["quantity"] for line in given), **head,
        )  # fmt: skip
    shared = {"unit": unit, "keeper": keeper, "place": place, "acquired_on": acceptance.accepted_on}
    shared |= {name: getattr(acceptance, name) for name in COPIED}
    for line in sorted((one for one in given if one.get("purchase")), key=lambda one: one["purchase"].pk):
        price = line["total"] / line["quantity"]
        purchases.receive(
            line["purchase"], unit=unit, category=line["category"], quantity=line["quantity"], price=price,
            is_said=bool(head.get("remark")),
        )  # fmt: skip
    cards = [card for line in given for card in _cards(acceptance, line, shared)]
    touched(*Card.objects.bulk_create(cards))
    planning.begin_all(cards)
    return acceptance


@command(ADD, audited_as="acceptance.undone", titled="撤销入库")
def undo(actor: Actor, /, *, acceptance: Acceptance) -> Acceptance:
    """The cards go, their numbers are not given out again, the paper stays."""
    held = claim(acceptances_visible_to(actor, ADD), acceptance)
    if held.state != Acceptance.State.STORED:
        raise Conflict("该验收单已撤销。")
    cards = list(Card.objects.select_for_update(of=("self",)).filter(line__acceptance=held))
    if any(card.state != Card.State.IDLE or card.reserved_for or card.user_id for card in cards):
        raise InUse
    touched(*cards)
    try:
        with explained({"schedule_month_is_open": MonthClosed()}):
            Card.objects.filter(pk__in=[card.pk for card in cards]).delete()
    except MonthClosed as error:
        raise InUse from error
    for line in held.lines.filter(purchase__isnull=False).select_related("purchase").order_by("purchase_id"):
        assert line.purchase is not None
        purchases.give_back(line.purchase, line.quantity)
    held.state = Acceptance.State.UNDONE
    held.save(update_fields=("state",))
    return held


@command(ADD, audited_as="acceptance.booked", titled="补记凭证号")
def book(actor: Actor, /, *, acceptance: Acceptance, voucher_number: str) -> Acceptance:
    """Bookkeeping often comes later; the cards learn it too."""
    held = claim(acceptances_visible_to(actor, ADD), acceptance)
    if held.state != Acceptance.State.STORED or not voucher_number:
        raise DomainError("请填写记账凭证号；已撤销的验收单不能记账。", field="voucher_number")
    held.voucher_number = voucher_number
    held.save(update_fields=("voucher_number",))
    cards = list(Card.objects.select_for_update(of=("self",)).filter(line__acceptance=held))
    touched(*cards)
    for card in cards:
        card.voucher_number = voucher_number
    Card.objects.bulk_update(cards, ("voucher_number",))
    return held


def _cards(acceptance: Acceptance, given: Mapping[str, Any], shared: Mapping[str, Any]) -> list[Card]:
    """One line becomes so many cards, whose values add up to it."""
    category, quantity = given["category"], given["quantity"]
    facts = {name: given.get(name) or "" for name in ("name", "spec")}
    line = AcceptanceLine.objects.create(
        acceptance=acceptance, category=category, quantity=quantity, total=given["total"],
        purchase=given.get("purchase"), **facts,
    )  # fmt: skip
    numbers = services.next_numbers(acceptance.unit, category, acceptance.accepted_on, quantity)
    serials = serials_in(given) or [""] * quantity
    values = split_money(given["total"], quantity)
    return [
        Card(line=line, category=category, number=number, serial_number=serial, value=value, **facts, **shared)
        for number, serial, value in zip(numbers, serials, values, strict=True)
    ]


def serials_in(given: Mapping[str, Any]) -> list[str]:
    return str(given.get("serials") or "").replace("、", " ").replace(",", " ").replace("，", " ").split()


def _check(unit: Unit, lines: list[Mapping[str, Any]], head: Mapping[str, Any]) -> None:
    if not lines:
        raise DomainError("请至少填写一行明细。", field="lines")
    if sum(line["quantity"] for line in lines) > MOST_CARDS:
        raise DomainError(f"一张验收单最多 {MOST_CARDS} 件，请分几张办理。", field="lines")
    accepted_on: date = head["accepted_on"]
    if accepted_on > today():
        raise DomainError("验收日期不能在今天之后。", field="accepted_on")
    for at, line in enumerate(lines, 1):
        if (serials := serials_in(line)) and len(serials) != line["quantity"]:
            said = f"第 {at} 行填写了 {len(serials)} 个出厂编号，数量是 {line['quantity']}，两者应当一致。"
            raise DomainError(said, field="lines")
        if any(len(one) > 60 for one in serials):
            raise DomainError(f"第 {at} 行有出厂编号超过 60 个字符。", field="lines")
    invoice = head.get("invoice_number")
    known = Acceptance.objects.filter(unit=unit, invoice_number=invoice, state=Acceptance.State.STORED)
    if invoice and not head.get("remark") and known.exists():
        raise InvoiceKnown(field="invoice_number")
