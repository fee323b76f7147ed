"""Setting aside what is to go, writing it off, and paying in what it brought."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jishu.apps.asset import events, services
from jishu.apps.asset.categories.rules import Classes
from jishu.apps.asset.depreciation import planning
from jishu.apps.asset.depreciation.figures import with_figures
from jishu.apps.asset.depreciation.months import after, between, month_of
from jishu.apps.asset.holding import Taken, free_cards
from jishu.apps.asset.models import Card, Disposal, DisposalLine
from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.standards.api import ruling

from . import rules

PAY = "asset.pay_disposal"
# Deadline of the income and lowest fair price: the same editions that the risks RA-05 and RA-09 go by.
DEADLINE, PRICE = "asset.risk.ra_05", "asset.risk.ra_09"
MOST = 200
CAN_GO = (Card.State.IDLE, Card.State.IN_USE, Card.State.REPAIR, Card.State.RETIRING)


class CannotGo(Conflict):
    """其中有资产不能处置。"""


class TooEarly(DomainError):
    """其中有资产未达最低使用年限。"""


def disposals_visible_to(actor: Actor, permission: str = "asset.view_disposal") -> QuerySet[Disposal]:
    found = Disposal.objects.filter(actor.scope(permission).within_agencies("unit"))
    return found.select_related("unit")


def cards_numbered(unit: Unit, text: str) -> list[Card]:
    """The unit's cards with these numbers, in the order written."""
    wanted = list(dict.fromkeys(text.split()))
    if not wanted or len(wanted) > MOST:
        raise DomainError(f"请填写 1 至 {MOST} 个资产编号。", field="numbers")
    found = {card.number: card for card in Card.objects.filter(unit=unit, number__in=wanted).select_related("category")}
    if missing := [number for number in wanted if number not in found]:
        raise DomainError(f"本单位没有编号为 {missing[0]} 的资产。", field="numbers")
    return [found[number] for number in wanted]


def not_yet_due(cards: Sequence[Card], unit: Unit) -> list[Card]:
    """Those that have not served as long as the standard asks."""
    classes, day = Classes(), today()

    def least(card: Card) -> int:
        return card.use_months or classes.rules_of(card.category, on=day, unit=unit).use_months or 0

    return [card for card in cards if between(month_of(card.acquired_on), month_of(day)) < least(card)]


def set_aside(*, case: UUID, unit: Unit, numbers: str, early_reason: str) -> list[Card]:
    """From now on nobody else can use or promise them."""
    put_back(case=case)
    keys = [card.pk for card in cards_numbered(unit, numbers)]
    try:
        cards = free_cards(keys, states=CAN_GO, to_do="处置")
    except Taken as error:
        raise CannotGo(error.message, field=error.field) from error
    if not early_reason and (early := not_yet_due(cards, unit)):
        said = f"{early[0].number} 等 {len(early)} 件未达最低使用年限，请写明提前处置的原因（如损毁且无法修复）。"
        raise TooEarly(said, field="early_reason")
    for card in cards:
        card.state, card.reserved_for = Card.State.RETIRING, case
    Card.objects.bulk_update(cards, ("state", "reserved_for"))
    return cards


def put_back(*, case: UUID) -> None:
    """Not disposed of after all: in use again where somebody uses it, else in stock."""
    held = list(_held(case))
    touched(*held)
    for card in held:
        card.reserved_for = None
        card.state = Card.State.IN_USE if card.user_id else Card.State.IDLE
    Card.objects.bulk_update(held, ("state", "reserved_for"))


def write_off(*, case: UUID, unit: Unit, asked: Mapping[str, Any], done: Mapping[str, Any]) -> Disposal:
    """The cards go out of the books; depreciation stops with the month (当月减少当月不再计提)."""
    on, income = done["disposed_on"], done["income"] or Decimal(0)
    rules.check_done(asked["mode"], income=income, disposed_on=on, today=today())
    cards = list(_held(case))
    if not cards:
        raise CannotGo("该办件没有占用资产，请退回申请人重新提交。")
    lines = _lines(cards, on)
    value = sum((line.value for line in lines), Decimal(0))
    disposal = Disposal.objects.create(
        case=case, unit=unit, number=services.next_paper(unit, "CZ", on), mode=asked["mode"],
        approval_number=done["approval_number"], disposed_on=on, receiver=asked.get("receiver") or "",
        cards=len(cards), value=value, net=value - sum((line.accumulated for line in lines), Decimal(0)),
        assessed=_money(asked.get("assessed")), income=income,
        pay_by=rules.pay_by(on, ruling(DEADLINE, on=on, unit=unit)) if income else None,
        is_early=bool(asked.get("early_reason")),
    )  # fmt: skip
    for line in lines:
        line.disposal = disposal
    DisposalLine.objects.bulk_create(lines)
    touched(disposal, *cards)
    planning.stop(cards, on=on)
    for card in cards:
        card.state, card.reserved_for = Card.State.RETIRED, None
    Card.objects.bulk_update(cards, ("state", "reserved_for"))
    events.cards_disposed(disposal)
    return disposal


@command(PAY, audited_as="disposal.income_paid", titled="上缴处置收入")
def pay_in(actor: Actor, /, *, disposal: Disposal, paid_on: date, paid_voucher: str) -> Disposal:
    held = claim(disposals_visible_to(actor, PAY), disposal)
    if not held.income or held.paid_on is not None:
        raise Conflict("没有需要上缴的处置收入，或已经登记缴库。")
    if not held.disposed_on <= paid_on <= today():
        raise DomainError("上缴日期应在处置日期与今天之间。", field="paid_on")
    if not paid_voucher:
        raise DomainError("请填写缴库凭证号。", field="paid_voucher")
    held.paid_on, held.paid_voucher = paid_on, paid_voucher
    held.save(update_fields=("paid_on", "paid_voucher"))
    return held


def _held(case: UUID) -> QuerySet[Card]:
    found = Card.objects.filter(reserved_for=case, state=Card.State.RETIRING).select_related("category", "unit")
    return found.order_by("pk").select_for_update(of=("self",))


def _lines(cards: Sequence[Card], on: date) -> list[DisposalLine]:
    """As the books stood at the end of the month before."""
    going = Card.objects.filter(pk__in=[card.pk for card in cards])
    figures: QuerySet[Any] = with_figures(going, after(month_of(on), -1))
    taken = {one.pk: one.accumulated for one in figures}
    return [DisposalLine(card=card, value=card.value, accumulated=taken[card.pk]) for card in cards]


def _money(text: Any) -> Decimal | None:
    return Decimal(str(text)) if text else None
