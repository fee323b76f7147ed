"""The reports: figures that agree with the rows they open, for whoever may see those rows."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.http import QueryDict
from django.urls import reverse
from tests.cast import signed_in

from jishu.apps.asset.reports.asking import Asked
from jishu.apps.asset.reports.kinds import KINDS
from jishu.platform.lib.clock import today

from .makers import make_card

pytestmark = pytest.mark.django_db


def report_of(kind, actor, **given):
    asked = QueryDict(mutable=True)
    asked.update(given)
    return KINDS[kind].report(Asked(actor, asked, KINDS[kind].permission))


def counted(report):
    return sum(line.cells[-2].value for line in report.tables[0].lines)


@pytest.mark.parametrize("kind", ["class", "idle", "user"])
def test_every_line_opens_as_many_cards_as_it_counts(client, keeper, staff, bureau, rival_bureau, kind):
    wanted = {"value": Decimal(700), "acquired_on": today().replace(month=1, day=1)}
    for state, user in (("idle", None), ("in_use", staff.person), ("idle", None)):
        make_card(bureau, state=state, user=user, **wanted)
    make_card(rival_bureau, **wanted)
    browser = signed_in(client, keeper)

    report = report_of(kind, keeper)
    page = browser.get(reverse("asset:reports"), {"kind": kind}).content.decode()

    (table,) = report.tables
    assert table.lines
    for line in table.lines:
        assert line.name in page
        opened = browser.get(line.url)
        assert (opened.status_code, opened.context["count"].value) == (200, line.cells[-2].value)


def test_the_report_can_be_taken_away(client, keeper, bureau):
    card = make_card(bureau, value=Decimal("1234.50"))
    browser, address = signed_in(client, keeper), reverse("asset:reports")

    book = openpyxl.load_workbook(io.BytesIO(browser.get(address, {"as": "xlsx"}).content))
    paper = browser.get(address, {"as": "pdf"}).content

    assert list(book.active.iter_rows(min_row=2, values_only=True)) == [
        (card.category.name, card.category.code, 1, 1234.5)
    ]
    assert paper.startswith(b"%PDF")


def test_who_manages_nothing_counts_their_own(keeper, staff, bureau):
    make_card(bureau, state="in_use", user=staff.person)
    make_card(bureau)

    assert [counted(report_of("class", actor)) for actor in (staff, keeper)] == [1, 2]
