"""Stock by quantity: what comes in, what goes out, and that it never goes below nothing."""

import io
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import signed_in

from jishu.apps.asset.supplies import selectors, services
from jishu.apps.asset.supplies.application import ITEM
from jishu.apps.asset.supplies.models import SupplyItem
from jishu.platform.identity.tests.makers import make_department
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.notify.api import messages_of
from jishu.platform.workflow import api as workflow

from .supplies_makers import make_supply

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(bureau):
    return make_department(bureau, "综合科")


def balances(item: SupplyItem) -> set[int]:
    """The total, the places, the batches and the movements must say the same."""
    item.refresh_from_db()
    sums = [rows.aggregate(sum=Sum(name, default=0))["sum"] for rows, name in (
        (item.places, "on_hand"), (item.batches, "left"), (item.moves, "quantity"),
    )]  # fmt: skip
    return {item.on_hand, *sums}


def test_the_oldest_batch_is_used_up_first(keeper, bureau, section):
    item = make_supply(bureau)
    services.receive(keeper, item=item, place="库房", quantity=10, price=Decimal("2.00"))
    services.receive(keeper, item=item, place="库房", quantity=10, price=Decimal("3.50"))

    move = services.issue(keeper, item=item, place="库房", quantity=12, department=section)

    assert (move.quantity, move.amount) == (-12, Decimal("-27.00"))
    back = services.give_back(keeper, item=item, place="库房", quantity=2, department=section)
    assert back.amount == Decimal("7.00")
    assert balances(item) == {10}


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["receive", "issue", "back", "count"]), st.integers(0, 9), st.sampled_from("甲乙"))
    )
)
def test_whatever_happens_the_books_agree(keeper, bureau, section, deeds):
    with transaction.atomic():
        item = make_supply(bureau)
        for deed, quantity, place in deeds:
            given = {"item": item, "place": place}
            try:
                match deed:
                    case "receive":
                        services.receive(keeper, **given, quantity=quantity, price=Decimal("1.25"))
                    case "issue":
                        services.issue(keeper, **given, quantity=quantity, department=section)
                    case "back":
                        services.give_back(keeper, **given, quantity=quantity, department=section)
                    case "count":
                        services.count_place(keeper, **given, counted=quantity, note="清点")
            except DomainError:
                pass
            assert len(balances(item)) == 1
        transaction.set_rollback(True)


def test_what_is_promised_is_not_given_to_others(keeper, bureau, section):
    item = make_supply(bureau, 5)
    services.reserve(case=uuid4(), unit=bureau, wanted={item.uid: 4})

    with pytest.raises(services.NotEnough):
        services.issue(keeper, item=item, place="库房一", quantity=2, department=section)
    with pytest.raises(services.NotEnough):
        services.count_place(keeper, item=item, place="库房一", counted=3, note="少了")
    with pytest.raises(IntegrityError), transaction.atomic():
        SupplyItem.objects.filter(pk=item.pk).update(reserved=6)


def test_the_keeper_hears_once_when_stock_falls_below_the_minimum(keeper, bureau, section):
    item = make_supply(bureau, 10, alert=8)

    for _ in range(3):
        services.issue(keeper, item=item, place="库房一", quantity=2, department=section)

    assert [one.title for one in messages_of(keeper)] == [f"库存不足：{item}"]


def test_another_units_stock_is_out_of_reach(keeper, rival_bureau, section):
    foreign = make_supply(rival_bureau, 5)

    with pytest.raises(Missing):
        services.issue(keeper, item=foreign, place="库房一", quantity=1, department=section)
    with pytest.raises(Missing):
        services.reserve(case=uuid4(), unit=section.agency, wanted={foreign.uid: 1})


def ask(staff, *lines):
    cleaned = {"lines": [{"item": item, "quantity": quantity} for item, quantity in lines], "reason": "日常办公"}
    stored = cleaned | {"lines": [{"item": str(item.uid), "quantity": quantity} for item, quantity in lines]}
    return workflow.submit(staff, item=ITEM, filled=workflow.Filled(cleaned=cleaned, values=stored), key=uuid4())


def test_from_application_to_signature_across_shelves(staff, head, keeper, bureau):
    paper, pens = make_supply(bureau, 3), make_supply(bureau, 9)
    services.receive(keeper, item=paper, place="库房二", quantity=4, price=Decimal(5))

    case = ask(staff, (paper, 6), (pens, 2))
    paper.refresh_from_db()
    assert (paper.on_hand, paper.reserved) == (7, 6)
    workflow.agree(head, case=case.uid, key=uuid4())
    workflow.perform(keeper, case=case.uid, key=uuid4(), filled=workflow.Filled())
    case = workflow.perform(staff, case=case.uid, key=uuid4(), filled=workflow.Filled())

    assert case.state == workflow.Case.State.COMPLETED
    paper.refresh_from_db()
    assert (paper.on_hand, paper.reserved) == (1, 0)
    assert sorted(paper.moves.filter(case=case.uid).values_list("quantity", flat=True)) == [-4, -2]


def test_what_does_not_go_through_is_free_again_and_too_much_leaves_no_case(staff, head, bureau):
    paper = make_supply(bureau, 3)
    with pytest.raises(services.NotEnough):
        ask(staff, (paper, 4))
    with pytest.raises(DomainError):
        ask(staff, (paper, 1), (paper, 1))
    case = ask(staff, (paper, 3))

    workflow.disagree(head, case=case.uid, key=uuid4(), opinion="太多")

    paper.refresh_from_db()
    assert (paper.on_hand, paper.reserved) == (3, 0)


def test_the_page_moves_stock_and_the_report_sums_it(client, keeper, bureau, section):
    item = make_supply(bureau)
    browser, move = signed_in(client, keeper), reverse("asset:supply_move")
    given = {"item": item.uid, "place": "库房", "quantity": 10}

    assert browser.post(move, given | {"do": "receive"}).status_code == 422
    browser.post(move, given | {"do": "receive", "price": "2.50"})
    refused = browser.post(move, given | {"do": "issue", "quantity": 11, "department": section.uid})
    assert refused.status_code == 422
    assert "可领 10" in refused.content.decode()
    browser.post(move, given | {"do": "issue", "quantity": 4, "department": section.uid})

    report = reverse("asset:supply_report")
    page = browser.get(report).content.decode()
    assert "综合科" in page
    assert "¥10.00" in page
    assert 'role="group"' in page  # a chart whose bars open the movements
    book = openpyxl.load_workbook(io.BytesIO(browser.get(report, {"as": "xlsx"}).content))
    assert list(book["各处室领用金额"].iter_rows(min_row=2, values_only=True)) == [("综合科", 10)]
    assert [row[2:] for row in book["领用明细"].iter_rows(min_row=2, values_only=True)] == [
        (item.name, None, 4, "个", 10)
    ]
    assert browser.get(report, {"as": "pdf"}).content.startswith(b"%PDF")


@pytest.mark.django_db(transaction=True)
def test_the_last_piece_goes_to_one_of_thirty_two(bureau):
    item = make_supply(bureau, 1)
    won, lost, start = [], [], Barrier(32)

    def ask_for_it():
        start.wait()
        try:
            with transaction.atomic():
                services.reserve(case=uuid4(), unit=bureau, wanted={item.uid: 1})
            won.append(1)
        except services.NotEnough:
            lost.append(1)
        finally:
            connection.close()

    threads = [Thread(target=ask_for_it) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(won), len(lost)) == (1, 31)


def test_what_runs_out_stands_in_the_to_do_of_who_keeps_it(client, keeper, staff, bureau):
    low, enough = make_supply(bureau, 3, alert=5), make_supply(bureau, 9, alert=5)

    page = signed_in(client, keeper).get(reverse("workflow:todo")).content.decode()
    assert "1 种易耗品低于库存下限" in page
    rows = client.get(selectors.waiting(keeper)[0].address).content.decode()
    assert low.name in rows
    assert enough.name not in rows
    assert "易耗品低于库存下限" not in signed_in(client, staff).get(reverse("workflow:todo")).content.decode()
