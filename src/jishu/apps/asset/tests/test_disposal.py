"""Six ways out of the ledger: what each needs, what goes with the month, and what comes back when it is refused."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import hire

from jishu.apps.asset.depreciation import planning
from jishu.apps.asset.depreciation.figures import accumulated_of
from jishu.apps.asset.disposal import rules, services
from jishu.apps.asset.disposal.item import ITEM, findings
from jishu.apps.asset.models import Card, Disposal
from jishu.platform.audit.api import verbs_about
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.lib.errors import DomainError
from jishu.platform.standards.api import ruling
from jishu.platform.standards.tests.makers import make_edition, make_rule
from jishu.platform.workflow import api as workflow

from .makers import make_card, make_category, make_disposal, make_life_rule

pytestmark = pytest.mark.django_db
ASKED = {
    "mode": "scrapped", "cause": "超过使用年限且不能满足工作需要", "reason": "主板损坏", "early_reason": "",
    "assessed": None, "assessment_number": "", "receiver": "", "meeting": "局长办公会〔2026〕3号", "media": "wiped",
    "files": "",
}  # fmt: skip
DONE = {"approval_number": "机事资〔2026〕9号", "disposed_on": date(2026, 6, 10), "income": Decimal("80.00")}


@pytest.fixture(autouse=True)
def _in_june():
    with frozen(datetime(2026, 6, 15, 10, tzinfo=ZONE)):
        yield


@pytest.fixture
def office(district):
    """The asset office of the district, which approves what is beyond a unit's own limit."""
    return hire("区资产科", district, "asset.office")


@pytest.fixture
def card(bureau):
    category = make_category("台式计算机", life_rule=make_life_rule(6))
    made = make_card(bureau, category=category, value=Decimal("7200.00"), acquired_on=date(2023, 6, 5))
    planning.begin_all([made])
    return made


def ask(keeper, *cards, **values):
    filled = ASKED | {"numbers": "\n".join(card.number for card in cards)} | values
    stored = {name: str(value) if isinstance(value, Decimal) else value for name, value in filled.items()}
    return workflow.submit(keeper, item=ITEM, filled=workflow.Filled(cleaned=filled, values=stored), key=uuid4())


def carry_out(keeper, case, **values):
    given = DONE | values
    return workflow.perform(keeper, case=case.uid, key=uuid4(), filled=workflow.Filled(cleaned=given, values={}))


def allow_up_to(amount):
    rule = make_rule(family="asset.disposal", code="threshold")
    make_edition(rule, parameters={"threshold": str(amount)}, severity="block")


def approved(keeper, head, card, **values):
    """By the unit itself, whose limit is high enough."""
    allow_up_to(100_000)
    case = ask(keeper, card, **values)
    return workflow.agree(head, case=case.uid, key=uuid4())


def test_from_application_to_write_off(keeper, head, bureau, card):
    other = hire("另一管理员", bureau, "asset.keeper")
    case = approved(other, head, card)
    card.refresh_from_db()
    assert (card.state, card.reserved_for) == (Card.State.RETIRING, case.uid)

    case = carry_out(keeper, case)

    card.refresh_from_db()
    done = Disposal.objects.get(case=case.uid)
    assert (card.state, card.reserved_for) == (Card.State.RETIRED, None)
    # June no longer counts: 36 months from June 2023 to May 2026.
    assert (done.value, done.net) == (Decimal("7200.00"), Decimal("3600.00"))
    assert accumulated_of(card, date(2030, 1, 1)) == Decimal("3600.00")
    assert (done.pay_by, done.approval_number) == (date(2026, 6, 10), "机事资〔2026〕9号")
    assert verbs_about(card.uid) == ["case.submitted", "case.handled"]


@pytest.mark.parametrize("limit", [None, 7000], ids=["no limit in force", "above the limit"])
def test_what_is_beyond_the_units_own_limit_goes_to_the_office(keeper, head, office, card, limit):
    if limit:
        allow_up_to(limit)
    case = ask(keeper, card)

    workflow.agree(head, case=case.uid, key=uuid4())

    assert workflow.todo_of(office).count() == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"mode": "sold"}, "评估价"),
        ({"mode": "swapped", "assessed": Decimal(5)}, "评估报告"),
        ({"mode": "donated"}, "接收方"),
        ({"numbers": "NO-SUCH"}, "没有编号"),
    ],
)
def test_what_the_mode_needs_is_asked_for(keeper, head, card, wrong, why):
    with pytest.raises(DomainError, match=why):
        ask(keeper, card, **wrong)

    card.refresh_from_db()
    assert (card.state, card.reserved_for) == (Card.State.IDLE, None)


def test_too_early_needs_a_reason(keeper, head, bureau):
    card = make_card(bureau, acquired_on=date(2024, 6, 1), use_months=72)
    assert "未达最低使用年限" in findings(keeper, {"numbers": card.number})[1]

    with pytest.raises(services.TooEarly):
        ask(keeper, card)

    ask(keeper, card, early_reason="浸水损毁，无法修复")


def test_one_thing_is_not_disposed_of_twice(keeper, head, card):
    ask(keeper, card)

    with pytest.raises(services.CannotGo):
        ask(keeper, card)


@pytest.mark.parametrize("used", [True, False])
def test_what_is_refused_is_as_it_was(keeper, head, staff, bureau, used):
    state = {"state": "in_use", "user": staff.person} if used else {}
    card = make_card(bureau, acquired_on=date(2010, 1, 1), **state)
    case = ask(keeper, card)

    workflow.disagree(head, case=case.uid, key=uuid4(), opinion="还能用")

    card.refresh_from_db()
    assert (card.state, card.reserved_for) == ("in_use" if used else "idle", None)


def test_nothing_comes_in_for_what_is_given_away(keeper, head, bureau, card):
    other = hire("另一管理员", bureau, "asset.keeper")
    case = approved(other, head, card, mode="donated", receiver="乡村小学")

    with pytest.raises(DomainError, match="没有处置收入"):
        carry_out(keeper, case)

    carry_out(keeper, case, income=Decimal(0))


def test_the_figures_raise_flags(bureau):
    low = make_disposal(bureau, mode="sold", assessed=Decimal(1000), income=Decimal(899), pay_by=date(2026, 6, 14))
    fair = make_disposal(bureau, mode="sold", assessed=Decimal(1000), income=Decimal(900), pay_by=date(2026, 6, 15))

    edition = make_edition(
        make_rule(family="asset.risk", code="ra_09"), parameters={"requirement": "r", "share": "0.9"}
    )
    price = ruling("asset.risk.ra_09", on=date(2026, 6, 15), unit=bureau)

    raised = rules.flags(low, on=date(2026, 6, 15), price=price)
    assert "RA-09" in raised[0]
    assert "RA-05" in raised[1]
    assert str(edition.clause.document) in raised[0]
    assert rules.flags(fair, on=date(2026, 6, 15), price=price) == []
    assert "RA-09" not in str(rules.flags(low, on=date(2026, 6, 15), price=None))


def test_the_deadline_of_the_income_is_the_rules(keeper, head, bureau, card):
    make_edition(make_rule(family="asset.risk", code="ra_05"), parameters={"requirement": "r", "days": "10"})
    case = approved(hire("另一管理员", bureau, "asset.keeper"), head, card)

    carry_out(keeper, case)

    assert Disposal.objects.get().pay_by == date(2026, 6, 20)


def test_income_is_paid_in_once_and_certified(client, keeper, bureau, card):
    done = make_disposal(bureau, income=Decimal(80), pay_by=date(2026, 7, 10))
    done.lines.create(card=card, value=card.value, accumulated=Decimal("3600.00"))
    client.force_login(keeper.person.account)
    paid = {"disposal": str(done.uid), "paid_on": "2026-06-12", "paid_voucher": "缴-12"}

    client.post(reverse("asset:pay_disposal"), paid)
    again = client.post(reverse("asset:pay_disposal"), paid | {"paid_voucher": "缴-13"}, follow=True)
    sheet = client.get(reverse("asset:disposal_certificate"), {"disposal": str(done.uid)})

    done.refresh_from_db()
    assert (done.paid_on, done.paid_voucher) == (date(2026, 6, 12), "缴-12")
    assert "已经登记缴库" in again.content.decode()
    assert sheet.content.startswith(b"%PDF")
