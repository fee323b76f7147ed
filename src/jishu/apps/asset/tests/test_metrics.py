"""Figures by unit: counted within one's scope, added by their parts, leading to exactly their rows."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.platform.contract import Figure, Period, metrics
from jishu.platform.identity.tests.makers import make_person, make_unit
from jishu.platform.insight.reading import read, together
from jishu.platform.lib.clock import ZONE, frozen, now

from .counting_makers import make_campaign, make_line
from .makers import make_card, make_disposal

pytestmark = pytest.mark.django_db
PERIOD = Period(date(2026, 1, 1), date(2026, 6, 15))
PAGE = "/insight/"


@pytest.fixture(autouse=True)
def _in_june():
    with frozen(datetime(2026, 6, 15, 10, tzinfo=ZONE)):
        yield


@pytest.fixture
def office(district):
    return hire("区资产科", district, "asset.office")


def reading(actor, code):
    system, metric = next(one for one in metrics() if one[1].code == code)
    return read(actor, system, metric, PERIOD)


def stock(unit, idle=1, used=1):
    person = make_person(unit)
    for at in range(idle + used):
        make_card(unit, **({} if at < idle else {"state": "in_use", "user": person}), value=Decimal(1000))


def test_a_total_adds_parts_and_is_no_mean_of_shares(office, bureau, rival_bureau):
    stock(bureau, idle=1, used=0)
    stock(rival_bureau, idle=0, used=3)

    found = reading(office, "MA-02")

    assert {line.unit: line.told for line in found.lines} == {
        bureau.short_name: "100.0%",
        rival_bureau.short_name: "0.0%",
    }
    assert found.told == "25.0%"


def test_each_asset_metric_counts_what_it_says(office, bureau):
    stock(bureau)
    make_card(bureau, state="retired", value=Decimal(9000))
    by = {"counted_by": make_person(bureau), "counted_at": now()}
    campaign = make_campaign(bureau)
    make_line(campaign, make_card(bureau, value=Decimal(500)), result="found", **by)
    make_line(campaign, make_card(bureau, value=Decimal(500)), result="missing", **by)
    make_line(campaign, make_card(bureau, value=Decimal(0)))
    sold = {"disposed_on": date(2026, 3, 1), "pay_by": date(2026, 3, 31)}
    make_disposal(bureau, income=Decimal(300), paid_on=date(2026, 3, 9), paid_voucher="缴-1", **sold)
    make_disposal(bureau, income=Decimal(100), **sold)
    make_disposal(bureau, income=Decimal(100), **sold | {"disposed_on": date(2025, 3, 1)})

    told = {code: reading(office, code).told for code in ("MA-01", "MA-03", "MA-04", "MA-05")}

    assert told == {"MA-01": "¥3,000.00", "MA-03": "50.0%", "MA-04": "75.0%", "MA-05": "¥0.00"}


@pytest.mark.parametrize(("code", "rows"), [("MA-01", 2), ("MA-02", 1), ("MA-03", 1), ("MA-04", 1)])
def test_a_figure_leads_to_exactly_its_rows(client, office, bureau, rival_bureau, code, rows):
    for unit in (bureau, rival_bureau):
        stock(unit)
        make_card(unit, state="retired")
        by = {"counted_by": make_person(unit), "counted_at": now()}
        make_line(make_campaign(unit), make_card(unit, state="retired"), result="found", **by)
        make_disposal(unit, income=Decimal(3), pay_by=date(2026, 3, 9))

    line = next(one for one in reading(office, code).lines if one.unit == bureau.short_name)

    listed = signed_in(client, office).get(line.figure.address)
    assert listed.status_code == 200
    assert f"共 {rows} 条" in listed.content.decode()


def test_nobody_counts_beyond_their_unit(client, keeper, bureau, rival_bureau, staff):
    stock(bureau)
    stock(rival_bureau)

    page = signed_in(client, keeper).get(PAGE, {"metric": "MA-01"}).content.decode()
    assert bureau.short_name in page
    assert rival_bureau.short_name not in page
    assert signed_in(client, staff).get(PAGE).status_code == 403


def test_the_workbook_holds_what_the_page_shows(client, office, bureau):
    stock(bureau)

    answer = signed_in(client, office).get(reverse("insight:figures"), {"metric": "MA-02", "as": "xlsx"})

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [bureau.short_name, "50.0", 1, 2] in rows
    assert rows[-1][0] == "合计"


def test_more_units_cost_no_more_queries(client, office, district):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(PAGE).status_code == 200
        return len(seen)

    browser = signed_in(client, office)
    stock(make_unit(parent=district))
    queries()
    one = queries()
    for _ in range(4):
        stock(make_unit(parent=district))
    queries()  # the organisation has changed: who the actor is was worked out anew

    assert queries() == one


def test_nothing_is_no_share():
    assert together([]) == Figure(unit=0, value=Decimal(0), whole=Decimal(0))
