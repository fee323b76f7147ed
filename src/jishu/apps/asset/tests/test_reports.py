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
from pypdfium2 import PdfDocument
from tests.cast import signed_in

from jishu.apps.asset.depreciation import closing, planning
from jishu.apps.asset.depreciation.figures import accumulated_of, as_of
from jishu.apps.asset.depreciation.months import after
from jishu.apps.asset.models import AcceptanceLine, Card, Closing, Posting
from jishu.apps.asset.reports.asking import Asked
from jishu.apps.asset.reports.kinds import KINDS
from jishu.apps.asset.selectors import cards_visible_to
from jishu.platform.identity.api import Person, system_actor
from jishu.platform.identity.tests.makers import make_person, make_unit
from jishu.platform.lib.clock import today

from .makers import make_acceptance, make_card, make_category

pytestmark = pytest.mark.django_db
CLOSER = system_actor("测试", {closing.CLOSE})
DAY, JANUARY = date(2025, 12, 5), date(2026, 1, 1)
PLATFORM = system_actor("测试", {"asset.view_card", "asset.view_movement", "asset.view_depreciation"})


def report_of(kind, actor, **given):
    asked = QueryDict(mutable=True)
    asked.update(given)
    return KINDS[kind].report(Asked(actor, asked, KINDS[kind].permission))


def counted(report):
    return sum(line.cells[-2].value for line in report.tables[0].lines)


@pytest.mark.parametrize("kind", ["class", "idle", "user", "left"])
def test_every_line_opens_as_many_cards_as_it_counts(client, keeper, staff, bureau, rival_bureau, kind):
    wanted = {"value": Decimal(700), "acquired_on": today().replace(month=1, day=1)}
    for state, user in (("idle", None), ("in_use", staff.person), ("idle", None)):
        make_card(bureau, state=state, user=user, **wanted)
    leaver = make_person(bureau, "将离")
    make_card(bureau, state="in_use", user=leaver, **wanted)
    Person.objects.filter(pk=leaver.pk).update(left_on=today())
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


def test_depreciation_is_the_same_in_report_list_and_card(client, keeper, bureau, rival_bureau):
    """Also for a card whose value was changed, one that came from another unit and one that came with a past."""
    cards = [make_card(bureau, value=Decimal(value), life_months=60, acquired_on=DAY) for value in (6000, 7777, 9999)]
    planning.begin_all(cards[:2])
    planning.begin_all(cards[2:], is_opening=True)
    closing.close_month(CLOSER, unit=bureau, month=JANUARY)
    cards[0].value = Decimal(8520)
    cards[0].save()
    planning.follow(cards[0])
    cards[1].unit = rival_bureau
    cards[1].save()
    planning.move(cards[1:2], on=today())
    cards[1].unit = bureau
    cards[1].save()
    planning.move(cards[1:2], on=today())

    (table,) = report_of("depreciation", keeper).tables
    rows = list(cards_visible_to(keeper).values_list("accumulated", "net"))
    panel = signed_in(client, keeper).get(reverse("asset:card-detail", args=[cards[0].uid]), {"tab": "折旧"})

    assert (total(table, 4), total(table, 5)) == tuple(sum(column) for column in zip(*rows, strict=True))
    assert f"¥{accumulated_of(cards[0]):,.2f}" in panel.content.decode()
    assert total(table, 2) == sum(accumulated_of(one) - accumulated_of(one, after(as_of(), -1)) for one in cards)


def test_each_life_is_told_for_itself(client, keeper, bureau):
    """Spread to the end after five years, in service for eight at least."""
    old = make_card(bureau, acquired_on=date(2015, 5, 9), life_months=60, use_months=96)
    young = make_card(bureau, acquired_on=date(2020, 5, 9), life_months=60, use_months=96, category=old.category)
    planning.begin_all([old, young])

    found = {}
    for life in ("book", "use"):
        (table,) = report_of("expiry", keeper, life=life, by="2027-06-01").tables
        (line,) = table.lines
        found[life] = [cell.value for cell in line.cells[::2]]
    opened = signed_in(client, keeper).get(reverse("asset:reports") + line.cells[2].url).content.decode()

    assert found == {"book": [2, 0], "use": [1, 1]}
    assert young.number in opened
    assert old.number not in opened


def test_books_that_disagree_open_their_rows(client, keeper, bureau):
    """As after a change past every command: nothing of ours can bring it about."""
    cards = [make_card(bureau, value=Decimal(6000), life_months=60, acquired_on=DAY) for _ in range(2)]
    planning.begin_all(cards)
    closing.close_month(CLOSER, unit=bureau, month=JANUARY)
    paper = make_acceptance(bureau, total=Decimal(100), accepted_on=today())
    line = AcceptanceLine.objects.create(
        acceptance=paper, category=cards[0].category, name="椅子", quantity=1, total=Decimal(100)
    )
    make_card(bureau, value=Decimal(90), line=line)
    agreed = report_of("reconciling", keeper).tables
    Posting.objects.update(accumulated=Decimal(1))
    Closing.objects.update(accumulated=Decimal(2))

    _, kept, taken_in, lines, posted, classes = report_of("reconciling", keeper).tables

    assert total(agreed[1], 5) == total(kept, 5) == 0
    assert total(agreed[4], 3) == 0
    assert not agreed[5].lines
    assert (total(taken_in, 2), [one.name for one in lines.lines]) == (Decimal(-10), [paper.number])
    assert total(posted, 3) == 398
    assert [one.cells[0].value for one in classes.lines] == [1, 1]
    assert signed_in(client, keeper).get(posted.lines[0].url).status_code == 200


def test_everyone_signs_for_what_they_use(client, keeper, staff, bureau):
    card = make_card(bureau, state="in_use", user=staff.person)
    browser = signed_in(client, keeper)

    paper = browser.get(reverse("asset:reports"), {"kind": "user", "as": "sign"})
    text = "".join(page.get_textpage().get_text_range() for page in PdfDocument(paper.content))

    assert card.number in text
    assert "使用人签字" in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_costs_the_same_for_few_and_for_many(
    keeper, staff, bureau, kind, django_assert_max_num_queries, django_assert_num_queries
):
    make_card(bureau, state="in_use", user=staff.person)
    report_of(kind, keeper)  # what a request keeps is known from here on
    with django_assert_max_num_queries(16) as few:
        report_of(kind, keeper)
    for at in range(6):
        planning.begin_all([make_card(bureau, state="in_use", user=staff.person, life_months=60 + at)])

    with django_assert_num_queries(len(few)):
        report_of(kind, keeper)
