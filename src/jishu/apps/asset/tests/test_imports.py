"""How a ledger row is judged: what is found, what is told, what is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jishu.apps.asset.imports import check
from jishu.platform.identity.tests.makers import make_department, make_person
from jishu.platform.lib.clock import today
from jishu.platform.lib.tabular.verdict import RowVerdict

from .makers import make_card, make_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def computer():
    return make_category("台式计算机")


def judged(clerk, /, **values):
    row = RowVerdict(
        4,
        values={"number": "A-1", "name": "台式计算机", "value": Decimal(5000), "acquired_on": date(2024, 3, 5)}
        | values,
    )
    check(clerk, [row])
    return row


def test_a_row_without_a_unit_is_the_keepers_own(keeper, bureau, computer):
    row = judged(keeper)

    assert row.status == "ok"
    assert (row.values["unit_id"], row.values["category_id"], row.values["state"]) == (bureau.id, computer.id, "idle")


def test_another_unit_is_out_of_reach(keeper, rival_bureau, computer):
    row = judged(keeper, unit=rival_bureau.name)

    assert row.status == "error"
    assert row.values["unit_id"] is None


def test_namesakes_are_told_apart_by_department_or_refused(keeper, bureau, section, computer):
    other = make_department(bureau, "综合科")
    here, there = make_person(section, "王伟"), make_person(other, "王伟")

    assert judged(keeper, user="王伟", department="办公室").values["user_id"] == here.id
    refused = judged(keeper, user="王伟")
    assert refused.status == "error"
    assert here.code in refused.messages[0]
    assert there.code in refused.messages[0]


def test_in_use_without_a_user_is_the_keepers_for_now(keeper, bureau, section, computer):
    named = make_person(section, "钱进")

    row = judged(keeper, keeper="钱进", state="in_use")

    assert row.status == "warn"
    assert row.values["user_id"] == named.id
    assert judged(keeper, state="in_use").status == "error"


def test_a_number_already_in_the_ledger_is_refused(keeper, bureau, computer):
    card = make_card(bureau)

    assert judged(keeper, number=card.number).status == "error"


def test_a_finer_class_falls_to_its_nearest_ancestor(keeper):
    parent = make_category("信息化设备")
    type(parent).objects.filter(pk=parent.pk).update(code="A02010000")

    row = judged(keeper, category="A02010199")

    assert row.status == "warn"
    assert row.values["category_id"] == parent.id


def test_what_cannot_be_is_refused(keeper, computer):
    assert judged(keeper, acquired_on=today() + timedelta(days=1)).status == "error"
    assert judged(keeper, category="没有这一类").status == "error"
    assert judged(keeper, user="查无此人").status == "error"
