"""Booking, handing out, taking back."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from jishu.apps.asset import selectors
from jishu.apps.asset.models import Card, Loan
from jishu.platform.command import claim, claim_all, command, touched
from jishu.platform.identity.api import Actor, Person, holders_of
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import tell

ADD, CHANGE = "asset.add_loan", "asset.change_loan"
DAYS = 180
LENDABLE = (Card.State.IDLE, Card.State.LENT, Card.State.REPAIR)
# Told three days before, on the day, and every week from then on.
BEFORE, EVERY = 3, 7


class Overlapping(Conflict):
    """这段时间该资产已有人借用或预约，请改换日期或另选一件。"""


class NotHere(Conflict):
    """该资产现在不在库，不能交付。"""


CONSTRAINTS = {
    "loan_does_not_overlap": Overlapping(field="lent_on"),
    "loan_out_is_one_per_card": NotHere(),
    "loan_ends_after_it_begins": DomainError("应还日期不能早于借用日期。", field="due_on"),
}


def loans_visible_to(actor: Actor) -> QuerySet[Loan]:
    """Of the units the actor keeps assets for; otherwise what one borrowed oneself."""
    loans = Loan.objects.select_related("card", "unit", "borrower")
    if scope := actor.scope("asset.view_loan"):
        return loans.filter(scope.within_agencies("unit"))
    return loans.filter(borrower=actor.person_id)


def loans_managed_by(actor: Actor) -> QuerySet[Loan]:
    found = Loan.objects.filter(actor.scope(CHANGE).within_agencies("unit"))
    return found.select_related("card", "borrower")


@command(ADD, audited_as="loan.booked", titled="登记借用")
def book_loan(actor: Actor, /, *, card: Card, borrower: Person, lent_on: date, due_on: date, purpose: str) -> Loan:
    """From today on it is handed out at once; later, it is kept for that day."""
    held = claim(selectors.cards_managed_by(actor, ADD), card)
    if held.state not in LENDABLE or held.reserved_for is not None:
        raise NotHere(f"该资产现在是“{held.get_state_display()}”，不能借用。", field="number")
    if lent_on < today() or (due_on - lent_on).days > DAYS:
        raise DomainError(f"借用日期不能早于今天，一次最多借用 {DAYS} 天。", field="lent_on")
    with explained(CONSTRAINTS):
        loan = Loan.objects.create(
            card=held, unit=held.unit, borrower=borrower, lent_on=lent_on, due_on=due_on, purpose=purpose
        )
    if lent_on == today() and held.state == Card.State.IDLE:
        _hand_out([loan])
    return loan


@command(CHANGE, audited_as="loan.handed_out", titled="交付借用资产")
def hand_out(actor: Actor, /, *, rows: Iterable[Loan]) -> list[Loan]:
    loans = claim_all(loans_managed_by(actor), rows)
    _hand_out(loans)
    return loans


@command(CHANGE, audited_as="loan.returned", titled="归还借用资产")
def take_back(actor: Actor, /, *, rows: Iterable[Loan], condition: str) -> list[Loan]:
    """In stock again; what is broken goes to repair by the card."""
    loans = claim_all(loans_managed_by(actor), rows)
    if any(loan.state != Loan.State.OUT for loan in loans):
        raise Conflict("其中有借用单不是借出状态，不能归还。")
    cards = _cards(loans)
    for loan in loans:
        loan.state, loan.returned_on, loan.condition = Loan.State.RETURNED, today(), condition
    for card in cards:
        card.state, card.user = Card.State.IDLE, None
    Loan.objects.bulk_update(loans, ("state", "returned_on", "condition"))
    Card.objects.bulk_update(cards, ("state", "user"))
    return loans


@command(CHANGE, audited_as="loan.cancelled", titled="取消借用预约")
def cancel(actor: Actor, /, *, rows: Iterable[Loan]) -> list[Loan]:
    loans = claim_all(loans_managed_by(actor), rows)
    if any(loan.state != Loan.State.BOOKED for loan in loans):
        raise Conflict("只有尚未交付的预约可以取消。")
    for loan in loans:
        loan.state = Loan.State.CANCELLED
    Loan.objects.bulk_update(loans, ("state",))
    return loans


def end_for(cards: Iterable[Card], *, condition: str) -> None:
    """Whoever had them gives them back with everything else; the caller holds the cards and puts them right."""
    loans = list(Loan.objects.select_for_update(of=("self",)).filter(card__in=list(cards), state=Loan.State.OUT))
    touched(*loans)
    for loan in loans:
        loan.state, loan.returned_on, loan.condition = Loan.State.RETURNED, today(), condition
    Loan.objects.bulk_update(loans, ("state", "returned_on", "condition"))


def remind(on: date) -> int:
    """Tell borrowers what is due soon, and from the day after also who keeps the unit's assets."""
    told = 0
    for loan in Loan.objects.filter(state=Loan.State.OUT).select_related("card", "unit", "borrower"):
        late = (on - loan.due_on).days
        if late not in (-BEFORE, 0) and (late < 0 or late % EVERY != 1):
            continue
        people = [loan.borrower, *(holders_of("asset.keeper", loan.unit) if late > 0 else ())]
        said = f"已超期 {late} 天，请尽快归还" if late > 0 else f"应于 {loan.due_on:%-m月%-d日} 归还"
        body = f"资产编号 {loan.card.number}，借用人 {loan.borrower}。"
        tell(people, title=f"{loan.card.name}{said}", body=body, link="/asset/loan/")
        told += 1
    return told


def _hand_out(loans: Iterable[Loan]) -> None:
    loans = list(loans)
    cards = {card.pk: card for card in _cards(loans)}
    for loan in loans:
        card = cards[loan.card_id]
        if loan.state != Loan.State.BOOKED or card.state != Card.State.IDLE or card.reserved_for is not None:
            raise NotHere(f"{card.number} 现在是“{card.get_state_display()}”，不能交付。")
        if loan.lent_on > today():
            raise NotHere(f"{card.number} 的借用从 {loan.lent_on:%-m月%-d日} 开始，还没有到。")
        loan.state, card.state, card.user = Loan.State.OUT, Card.State.LENT, loan.borrower
    with explained(CONSTRAINTS):
        Loan.objects.bulk_update(loans, ("state",))
    Card.objects.bulk_update(list(cards.values()), ("state", "user"))


def _cards(loans: Iterable[Loan]) -> list[Card]:
    keys = [loan.card_id for loan in loans]
    cards = list(Card.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    touched(*cards)
    return cards
