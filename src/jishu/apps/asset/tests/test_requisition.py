"""资产申领 from stock to signature: what is reserved, handed out, given back — and what is refused."""

from uuid import uuid4

import pytest
from tests.cast import hire

from jishu.apps.asset.models import Card
from jishu.apps.asset.requisition import ITEM, findings, prefill
from jishu.apps.asset.services import NotInStock, WrongCards
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import Actor
from jishu.platform.workflow import api as workflow

from .makers import make_card, make_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def category():
    return make_category("台式计算机")


def ask(staff: Actor, category, quantity: int = 1):
    known = {"category": category, "quantity": quantity, "user": staff.person, "place": "305", "reason": "新到岗"}
    stored = known | {"category": str(category.uid), "user": str(staff.uid)}
    return workflow.submit(staff, item=ITEM, filled=workflow.Filled(cleaned=known, values=stored), key=uuid4())


def agree(actor: Actor, case):
    return workflow.agree(actor, case=case.uid, key=uuid4())


def issue(keeper: Actor, case, numbers: str):
    given = {"numbers": numbers}
    return workflow.perform(keeper, case=case.uid, key=uuid4(), filled=workflow.Filled(cleaned=given, values=given))


def test_from_form_to_signature(staff, head, keeper, bureau, category):
    card = make_card(bureau, category=category)

    case = ask(staff, category)
    card.refresh_from_db()
    assert card.reserved_for == case.uid

    agree(head, case)
    agree(keeper, case)
    issue(keeper, case, card.number)
    card.refresh_from_db()
    assert card.state == Card.State.HANDING

    case = workflow.perform(staff, case=case.uid, key=uuid4(), filled=workflow.Filled())
    card.refresh_from_db()
    assert case.state == workflow.Case.State.COMPLETED
    assert (card.state, card.user, card.place, card.reserved_for) == (Card.State.IN_USE, staff.person, "305", None)
    assert card.department == staff.department
    assert verbs_about(card.uid) == ["case.submitted", "case.handled", "case.handled"]


def test_of_two_keepers_one_decides_and_the_other_may_hand_out(staff, head, keeper, bureau, category):
    colleague = hire("资产员乙", bureau, "asset.keeper")
    card = make_card(bureau, category=category)
    case = ask(staff, category)

    agree(head, case)
    agree(keeper, case)
    issue(colleague, case, card.number)

    card.refresh_from_db()
    assert card.state == Card.State.HANDING


def test_a_units_only_keeper_gets_things_too(head, keeper, bureau, category):
    card = make_card(bureau, category=category)

    case = ask(keeper, category)
    agree(head, case)
    issue(keeper, case, card.number)
    case = workflow.perform(keeper, case=case.uid, key=uuid4(), filled=workflow.Filled())

    card.refresh_from_db()
    assert (case.state, card.user) == (workflow.Case.State.COMPLETED, keeper.person)


@pytest.mark.parametrize("end", ["withdrawn", "rejected", "sent back"])
def test_what_does_not_go_through_is_stock_again(staff, head, keeper, bureau, category, end):
    card = make_card(bureau, category=category)
    case = ask(staff, category)

    if end == "withdrawn":
        workflow.withdraw(staff, case=case.uid, key=uuid4())
    elif end == "rejected":
        workflow.disagree(head, case=case.uid, key=uuid4(), opinion="不需要")
    else:
        workflow.send_back(head, case=case.uid, key=uuid4(), opinion="请补充", to=workflow.APPLICANT)

    card.refresh_from_db()
    assert (card.state, card.reserved_for) == (Card.State.IDLE, None)


def test_more_than_there_is_leaves_no_case(staff, head, keeper, bureau, category):
    make_card(bureau, category=category)

    with pytest.raises(NotInStock):
        ask(staff, category, quantity=2)

    assert not workflow.my_cases(staff).exists()


def test_another_units_stock_is_not_offered(staff, head, keeper, rival_bureau, category):
    make_card(rival_bureau, category=category)

    with pytest.raises(NotInStock):
        ask(staff, category)


def test_a_wrong_card_stops_the_issue_and_nothing_else(staff, head, keeper, bureau, category):
    card, other = make_card(bureau, category=category), make_card(bureau)
    case = ask(staff, category)
    agree(head, case)
    agree(keeper, case)

    with pytest.raises(WrongCards):
        issue(keeper, case, other.number)

    card.refresh_from_db()
    assert card.reserved_for == case.uid
    assert workflow.todo_of(keeper).count() == 1


def test_the_form_knows_what_the_platform_knows(staff, bureau, category):
    make_card(bureau, category=category, state="in_use", user=staff.person, place="2号楼 101")
    make_card(bureau, category=category)

    assert prefill(staff) == {"user": staff.person, "quantity": 1, "place": "2号楼 101"}
    said = findings(staff, {"category": category, "user": staff.person})
    assert "可领 1 台" in said[0]
    assert "已有同类资产 1 台" in said[1]
