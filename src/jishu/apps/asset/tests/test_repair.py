"""维修: warranty first, approval above the limit, and the cost where it belongs."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import signed_in

from jishu.apps.asset.depreciation import closing, planning
from jishu.apps.asset.depreciation.figures import accumulated_of
from jishu.apps.asset.holding import Taken
from jishu.apps.asset.repair import services
from jishu.apps.asset.repair.item import ITEM, findings
from jishu.apps.asset.repair.models import Repair
from jishu.apps.asset.transfer import services as transfers
from jishu.platform.lib.clock import ZONE, frozen, today
from jishu.platform.lib.errors import DomainError
from jishu.platform.standards.tests.makers import make_edition, make_rule
from jishu.platform.workflow import api as workflow

from .life_makers import make_repair
from .makers import make_card, make_category, make_life_rule

pytestmark = pytest.mark.django_db
QUOTE = {"repairer": "联想维修站", "quote": Decimal(300), "why_paid": ""}


@pytest.fixture(autouse=True)
def _in_june():
    with frozen(datetime(2026, 6, 15, 10, tzinfo=ZONE)):
        yield


@pytest.fixture
def card(bureau, staff):
    category = make_category("台式计算机", life_rule=make_life_rule(6))
    values = {"value": Decimal("7200.00"), "acquired_on": date(2024, 6, 5)}
    made = make_card(bureau, category=category, state="in_use", user=staff.person, **values)
    planning.begin_all([made])
    return made


def ask(staff, card):
    cleaned = {"card": card, "fault": "不能开机", "photos": ""}
    stored = cleaned | {"card": str(card.uid)}
    return workflow.submit(staff, item=ITEM, filled=workflow.Filled(cleaned=cleaned, values=stored), key=uuid4())


def perform(keeper, case, **values):
    return workflow.perform(keeper, case=case.uid, key=uuid4(), filled=workflow.Filled(cleaned=values, values={}))


def done(**values):
    plain = {
        "outcome": "completed", "done_on": today(), "cost": Decimal(300), "why_more": "", "booking": "expense",
        "added_months": None, "result": "更换电源", "voucher_number": "",
    }  # fmt: skip
    return plain | values


def allow_up_to(amount):
    make_edition(make_rule(family="asset.repair", code="approval"), parameters={"threshold": str(amount)})


def test_a_small_repair_is_an_expense_on_the_card(client, staff, keeper, head, card):
    allow_up_to(2000)
    case = ask(staff, card)
    perform(keeper, case, **QUOTE)
    card.refresh_from_db()
    assert (card.state, card.user, card.reserved_for) == ("repair", staff.person, case.uid)

    case = perform(keeper, case, **done())

    card.refresh_from_db()
    assert (case.state, card.state, card.reserved_for, card.value) == ("completed", "in_use", None, Decimal(7200))
    assert (Repair.objects.get().state, Repair.objects.get().booking) == ("completed", "expense")
    page = signed_in(client, keeper).get(reverse("asset:card-detail", args=[card.uid]), {"tab": "维修"})
    assert "修好 1 次，费用共 ¥300.00" in page.content.decode()
    assert "此前维修 1 次" in findings(staff, {"card": card})[1]


@pytest.mark.parametrize("limit", [None, 300], ids=["no limit in force", "at the limit"])
def test_beyond_the_limit_the_head_decides(staff, keeper, head, card, limit):
    if limit:
        allow_up_to(limit)
    case = ask(staff, card)
    perform(keeper, case, **QUOTE)
    assert workflow.todo_of(head).count() == 1

    workflow.disagree(head, case=case.uid, key=uuid4(), opinion="没有修理价值")

    card.refresh_from_db()
    assert (card.state, card.reserved_for, Repair.objects.get().state) == ("in_use", None, "stopped")


def test_in_warranty_the_supplier_comes_first(staff, keeper, head, card):
    card.warranty_until = today()
    card.save()
    assert "先联系供应商" in findings(staff, {"card": card})[0]
    case = ask(staff, card)

    with pytest.raises(services.WarrantyFirst):
        perform(keeper, case, **QUOTE)

    perform(keeper, case, **QUOTE | {"quote": Decimal(0)})
    perform(keeper, case, **done(cost=Decimal(0), booking="none"))
    assert Repair.objects.get().in_warranty


def test_an_overhaul_raises_value_and_life_from_the_first_open_month(staff, keeper, head, card, bureau):
    closing.close_month(keeper, unit=bureau, month=date(2026, 5, 1))
    case = ask(staff, card)
    perform(keeper, case, **QUOTE | {"quote": Decimal(2400)})
    workflow.agree(head, case=case.uid, key=uuid4())

    perform(keeper, case, **done(cost=Decimal(2400), booking="capital", added_months=12))

    card.refresh_from_db()
    assert (card.value, card.life_months) == (Decimal(9600), 84)
    # 24 months at 100 are gone; 7 200 are left for 60 months.
    months = (date(2026, 5, 1), date(2026, 6, 1), date(2031, 5, 1), date(2032, 1, 1))
    assert [accumulated_of(card, month) for month in months] == [2400, 2520, 9600, 9600]


def test_what_is_beyond_repair_goes_to_disposal(staff, keeper, head, card):
    case = ask(staff, card)
    perform(keeper, case, **QUOTE | {"quote": Decimal(0)})

    perform(keeper, case, **done(outcome="retiring", cost=Decimal(0), booking="none", result="主板烧毁"))

    card.refresh_from_db()
    assert (card.state, Repair.objects.get().state) == ("retiring", "retiring")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"cost": Decimal(301)}, "超过批准的报价"),
        ({"booking": "none"}, "费用化或资本化"),
        ({"added_months": 6}, "资本化的大修"),
        ({"done_on": date(2026, 6, 14)}, "验收日期"),
        ({"outcome": "retiring", "booking": "capital"}, "不能资本化"),
    ],
)
def test_what_an_acceptance_must_say(staff, keeper, head, card, wrong, why):
    allow_up_to(2000)
    case = ask(staff, card)
    perform(keeper, case, **QUOTE)

    with pytest.raises(DomainError, match=why):
        perform(keeper, case, **done(**wrong))

    assert Repair.objects.get().state == "repair"


def test_what_is_mended_is_not_transferred_and_the_other_way_round(staff, keeper, head, card, bureau):
    case = ask(staff, card)
    with pytest.raises(Taken):
        transfers.set_aside(case=uuid4(), unit=bureau, numbers=card.number)
    workflow.withdraw(staff, case=case.uid, key=uuid4())
    transfers.set_aside(case=uuid4(), unit=bureau, numbers=card.number)

    with pytest.raises(Taken):
        ask(staff, card)


def test_links_lead_into_filled_forms(client, staff, keeper, head, bureau, card):
    make_repair(bureau)
    idle = make_card(bureau, category=card.category)
    signed_in(client, keeper)
    scan = client.get(reverse("asset:scan"), {"code": idle.number}).content.decode()

    for code, filled in (
        ("ZC-12", f'value="{idle.uid}" selected'),
        ("ZC-08", f'value="{idle.uid}" selected'),
        ("ZC-03", f'value="{idle.category.uid}" selected'),
        ("ZC-05", idle.number),
        ("ZC-07", idle.number),
        ("ZC-01", idle.number),
    ):
        address = reverse("workflow:apply", args=[code])
        assert code == "ZC-01" or f"{address}?card={idle.uid}" in scan
        assert filled in client.get(address, {"card": str(idle.uid)}).content.decode(), code
    ledger = client.get(reverse("asset:card-list")).content.decode()
    assert f'formaction="{reverse("workflow:apply", args=["ZC-07"])}"' in ledger
    ticked = client.get(reverse("workflow:apply", args=["ZC-07"]), {"row": [str(idle.uid), str(card.uid)]})
    assert {idle.number, card.number} <= set(ticked.context["form"].initial["numbers"].split())
    several = client.get(reverse("workflow:apply", args=["ZC-05"]), {"cards": f"{idle.uid},{card.uid},x"})
    assert {idle.number, card.number} <= set(several.context["form"].initial["numbers"].split())
