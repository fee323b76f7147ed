"""The reports: figures that agree with the rows they open, for whoever may see those rows."""

import io
from datetime import date
from decimal import Decimal
from uuid import uuid4

import openpyxl
import pytest
from django.db.models import Count, Sum
from django.http import QueryDict
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.cast import signed_in

from jishu.apps.asset.models import Card
from jishu.apps.asset.reports.asking import Asked
from jishu.apps.asset.reports.kinds import KINDS
from jishu.platform.identity.api import system_actor
from jishu.platform.identity.tests.makers import make_unit
from jishu.platform.lib.clock import today

from .makers import make_card, make_category

pytestmark = pytest.mark.django_db
PLATFORM = system_actor("测试", {"asset.view_card", "asset.view_movement", "asset.view_depreciation"})


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


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["come", "value", "class", "unit", "day", "retire", "restore"]),
        st.integers(0, 4),
        st.decimals(min_value=Decimal("0.00"), max_value=Decimal("99999.99"), places=2),
        st.dates(date(2024, 1, 1), date(2026, 10, 31)),
    ),
    min_size=1,
    max_size=25,
)


class TheAccount(TestCase):
    """Whatever happens to cards, in whatever order: nothing comes or goes that the account does not tell."""

    @settings(max_examples=25, deadline=None)
    @given(CHANGES, st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.dates(date(2023, 1, 1), date(2026, 12, 31)))
    def test_opening_and_changes_make_the_closing_to_the_cent(self, deeds, one, other):
        units = [make_unit(f"单位{uuid4().hex[:12]}") for _ in range(2)]
        classes, cards = [make_category(), make_category()], []
        for deed, at, value, day in deeds:
            happen(deed, at, value, day, cards, units, classes)

        for group in ("class", "unit"):
            given = {"group": group, "since": min(one, other).isoformat(), "until": max(one, other).isoformat()}
            balance, kinds, months = report_of("changes", PLATFORM, **given).tables
            for line in balance.lines:
                for at in (0, 1):  # pieces, money
                    opening, coming, going, closing = (cell.value for cell in line.cells[at::2])
                    assert opening + coming - going == closing
                    assert min(coming, going, closing) >= 0
            changed = sum(line.cells[1].value for line in kinds.lines)
            by_month = [[cell.value for cell in line.cells] for line in months.lines]
            assert changed == sum(row[0] - sum(row[1:]) for row in by_month)

        (balance, *_) = report_of("changes", PLATFORM, since="2000-01-01", until="2099-12-31").tables
        on_the_books = Card.objects.exclude(state="retired").aggregate(worth=Sum("value", default=0), count=Count("pk"))
        assert (total(balance, 6), total(balance, 7)) == (on_the_books["count"], on_the_books["worth"])


def happen(deed, at, value, day, cards, units, classes):
    """One thing that a service could do to one card."""
    if deed == "come" or not cards:
        cards.append(make_card(units[at % 2], value=value, acquired_on=day, category=classes[at % 2]))
        return
    card = cards[at % len(cards)]
    match deed:
        case "value":
            card.value = value
        case "class":
            card.category = classes[at % 2]
        case "unit":
            card.unit = units[at % 2]
        case "day":
            card.acquired_on = day
        case "retire":
            card.state = "retired"
        case "restore":
            card.state = "idle"
    card.save()


def total(table, at):
    return sum(line.cells[at].value for line in table.lines)
