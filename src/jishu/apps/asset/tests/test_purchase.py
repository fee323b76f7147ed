"""申购: judged by headcount and standards, matched with what stands idle, and never received beyond the approval."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.apps.asset.acceptance import services as acceptance
from jishu.apps.asset.purchase import services
from jishu.apps.asset.purchase.item import ITEM, findings
from jishu.apps.asset.purchase.models import PurchaseLine
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict
from jishu.platform.standards.tests.makers import make_edition, make_rule
from jishu.platform.workflow import api as workflow

from .life_makers import make_purchase
from .makers import make_card, make_category
from .pool_makers import make_listing

pytestmark = pytest.mark.django_db
TOLD = {
    "why": "new", "replaces": "", "reason": "新调入两人", "no_match": "", "exception": "", "budget": "2026 年设备购置",
    "method": "政府集中采购", "files": "",
}  # fmt: skip


@pytest.fixture
def desktop():
    return make_category("台式计算机", use_rule=standard("desktop", per_head="1.0", years_min="6"))


@pytest.fixture
def office(district):
    return hire("区资产科", district, "asset.office")


def standard(code, severity="explain", **parameters):
    rule = make_rule("台式计算机", family="asset.equipment", code=code)
    make_edition(rule, parameters={"price_max": "5000", **parameters}, severity=severity)
    return rule.code


def row(category, quantity=1, price=4500, name="台式计算机"):
    return {"category": category, "name": name, "spec": "", "quantity": quantity, "price": Decimal(price)}


def ask(staff, *rows, **values):
    filled = TOLD | {"lines": list(rows)} | values
    kept = [one | {"category": str(one["category"].uid), "price": str(one["price"])} for one in rows]
    stored = filled | {"lines": kept}
    return workflow.submit(staff, item=ITEM, filled=workflow.Filled(cleaned=filled, values=stored), key=uuid4())


def agree(case, *people):
    for one in people:
        workflow.agree(one, case=case.uid, key=uuid4())


def test_within_the_standard_from_form_to_cards(staff, keeper, head, bureau, desktop):
    case = ask(staff, row(desktop, 2))
    line = PurchaseLine.objects.get()
    assert (line.state, line.is_over, line.evidence["heads"]) == ("asked", False, 3)

    workflow.agree(head, case=case.uid, key=uuid4())
    workflow.agree(keeper, case=case.uid, key=uuid4())
    case.refresh_from_db()
    if case.state != "completed":
        workflow.agree(head, case=case.uid, key=uuid4())
    line.refresh_from_db()
    assert (line.state, line.approved_on) == ("approved", today())

    done = receive(keeper, line, 2)
    line.refresh_from_db()
    assert (line.received, done.lines.get().cards.count()) == (2, 2)
    acceptance.undo(keeper, acceptance=done)
    line.refresh_from_db()
    assert line.received == 0


@pytest.mark.parametrize(
    ("asked", "why"),
    [({"quantity": 4}, "超出 1"), ({"price": 5001}, "单价")],
    ids=["more than one a head", "dearer than the limit"],
)
def test_beyond_the_standard_needs_a_reason_and_the_office(staff, keeper, head, office, desktop, asked, why):
    with pytest.raises(services.ExplainOver, match=why):
        ask(staff, row(desktop, **asked))
    assert not PurchaseLine.objects.exists()

    case = ask(staff, row(desktop, **asked), exception="设计岗位，标准机型不能运行图形软件")

    assert PurchaseLine.objects.get().is_over
    while workflow.todo_of(office).count() == 0:
        task = workflow.Task.objects.get(case=case, turn="open")
        workflow.agree(next(one for one in (head, keeper) if one.person == task.person), case=case.uid, key=uuid4())


def test_a_blocking_standard_cannot_be_explained_away(staff, keeper, head):
    category = make_category("复印机", use_rule=standard("strict", severity="block"))

    with pytest.raises(services.OverStandard):
        ask(staff, row(category, price=9000), exception="急需")


def test_what_the_unit_has_and_waits_for_counts(staff, keeper, head, bureau, desktop):
    make_card(bureau, category=desktop, state="in_use", user=staff.person)
    make_purchase(bureau, desktop, quantity=3, received=2)

    with pytest.raises(services.ExplainOver, match="现有 1、申购在办和待到货 1、本次 2，超出 1"):
        ask(staff, row(desktop, 2))


def test_printers_share_a_joint_limit(staff, keeper, head, bureau):
    make_edition(make_rule("打印机", family="asset.equipment_pool", code="printer_all"), parameters={"per_head": "0.8"})
    mono, color = (make_category(use_rule=standard(f"printer_a4_{one}")) for one in ("mono", "color"))
    make_card(bureau, category=mono)

    with pytest.raises(services.ExplainOver, match="打印机按在岗 3 人最多 2"):
        ask(staff, row(color, 2), no_match="不用")


def test_idle_stock_and_the_pool_come_first_and_stay_as_evidence(staff, keeper, head, bureau, rival_bureau, desktop):
    make_listing(rival_bureau, card=make_card(rival_bureau, category=desktop, name="局域网主机"))
    make_card(bureau, category=desktop, name="库存主机")
    said = findings(staff, {"lines": [row(desktop)]})
    assert any("本单位库存" in one and "库存主机" in one for one in said)
    assert any("公物仓有" in one and "局域网主机" in one for one in said)

    with pytest.raises(services.ExplainIdle):
        ask(staff, row(desktop))

    case = ask(staff, row(desktop), no_match="库存主机不支持国产系统")
    assert "库存主机" in PurchaseLine.objects.get(case=case.uid).evidence["idle"][0]


def test_what_is_replaced_must_have_served_its_time(staff, keeper, head, bureau, desktop):
    old = make_card(
        bureau, category=desktop, acquired_on=today() - timedelta(days=400), state="in_use", user=staff.person
    )

    with pytest.raises(services.ExplainOver, match="未达最低使用年限"):
        ask(staff, row(desktop), why="renew", replaces=old.number)


def test_buying_bit_by_bit_is_seen(staff, keeper, head, bureau, desktop):
    make_edition(
        make_rule(family="procurement.threshold", code="central"),
        parameters={"open_tender_goods_services": "10000", "dispersed_goods_services": "100"},
    )
    make_purchase(bureau, desktop, quantity=1, price=Decimal(9000), received=1)

    with pytest.raises(services.ExplainOver, match="化整为零"):
        ask(staff, row(desktop, price=2000))

    ask(staff, row(desktop, price=2000), exception="临时增加的任务")
    assert PurchaseLine.objects.get(is_split=True).price == 2000


@pytest.mark.parametrize("end", ["withdrawn", "asked again"])
def test_what_is_taken_back_no_longer_counts(staff, keeper, head, desktop, end):
    case = ask(staff, row(desktop, 3))
    workflow.withdraw(staff, case=case.uid, key=uuid4())
    assert PurchaseLine.objects.get().state == "stopped"
    if end == "asked again":
        number = PurchaseLine.objects.get().number
        filled = TOLD | {"lines": [row(desktop, 2)]}
        kept = filled | {"lines": [row(desktop, 2) | {"category": str(desktop.uid), "price": "4500"}]}
        workflow.resubmit(staff, case=case.uid, filled=workflow.Filled(cleaned=filled, values=kept), key=uuid4())
        assert PurchaseLine.objects.get().number == number
    else:
        ask(staff, row(desktop, 3))


def receive(keeper, line, quantity, *, total=None, unit=None, category=None):
    given = {
        "category": category or line.category, "name": line.name, "quantity": quantity, "purchase": line,
        "total": total or line.price * quantity,
    }  # fmt: skip
    return acceptance.accept(
        keeper, unit=unit or line.unit, lines=[given], keeper=keeper.person, source="purchase", accepted_on=today(),
        accepted_by=keeper.person, witnessed_by=make_person(line.unit),
    )  # fmt: skip


@pytest.mark.parametrize("wrong", ["too many", "too dear", "another class", "another unit"])
def test_a_delivery_keeps_to_what_was_approved(keeper, bureau, rival_bureau, desktop, wrong):
    line = make_purchase(rival_bureau if wrong == "another unit" else bureau, desktop)
    category = make_category() if wrong == "another class" else desktop
    total = Decimal(9000) if wrong == "too dear" else None

    with pytest.raises(services.TooMuch):
        receive(keeper, line, 3 if wrong == "too many" else 1, total=total, unit=bureau, category=category)

    line.refresh_from_db()
    assert line.received == 0


def test_the_line_shows_its_evidence_and_leads_to_the_delivery(client, keeper, bureau, desktop):
    line = make_purchase(bureau, desktop, evidence={"heads": 7, "told": ["库存没有同类"], "beyond": [], "idle": []})
    signed_in(client, keeper)

    page = client.get(reverse("asset:purchaseline-detail", args=[line.uid]), {"tab": "核对与到货"}).content.decode()
    form = client.get(reverse("asset:accept"), {"purchase": str(line.uid)}).content.decode()

    for told in ("库存没有同类", "在岗 7 人", f"?purchase={line.uid}"):
        assert told in page
    for filled in (f'value="{line.uid}" selected', 'value="8000.00"'):
        assert filled in form


@pytest.mark.django_db(transaction=True)
def test_many_deliveries_at_once_bring_no_more_than_was_approved(keeper, bureau, desktop):
    line = make_purchase(bureau, desktop, quantity=5)
    won, lost, start = [], [], Barrier(16)

    def come():
        start.wait()
        try:
            won.append(receive(keeper, PurchaseLine.objects.select_related("unit", "category").get(pk=line.pk), 1))
        except Conflict:
            lost.append(1)
        finally:
            connection.close()

    threads = [Thread(target=come) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    line.refresh_from_db()
    assert (len(won), len(lost), line.received) == (5, 11, 5)
