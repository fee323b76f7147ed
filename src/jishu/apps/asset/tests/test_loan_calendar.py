"""借用日历: the days of a month, thing by thing, for whoever may see the loans."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from tests.cast import signed_in

from jishu.apps.asset.lending.calendar import month_rows
from jishu.apps.asset.models import Loan
from jishu.platform.lib.clock import ZONE, frozen

from .makers import make_card, make_loan

pytestmark = pytest.mark.django_db
JUNE = [date(2026, 6, 1) + timedelta(days=at) for at in range(30)]
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _in_june():
    with frozen(datetime(2026, 6, 15, 10, tzinfo=ZONE)):
        yield


def loan(bureau, card, first, due, state="lent", **values):
    made = make_loan(bureau, lent_on=date(2026, *first), due_on=date(2026, *due), state=state, **values)
    Loan.objects.filter(pk=made.pk).update(card=card)
    return Loan.objects.select_related("card", "borrower").get(pk=made.pk)


@pytest.mark.parametrize(
    ("made", "away"),
    [
        ({"first": (5, 28), "due": (6, 3), "state": "returned", "returned_on": date(2026, 6, 2)}, (1, 1)),
        ({"first": (6, 10), "due": (6, 12)}, (10, 15)),
        ({"first": (6, 20), "due": (7, 5), "state": "booked"}, (20, 30)),
        ({"first": (6, 20), "due": (6, 20), "state": "returned", "returned_on": date(2026, 6, 20)}, (20, 20)),
    ],
    ids=["back on the second", "overdue until today", "beyond the month", "there and back in a day"],
)
def test_the_days_a_thing_is_away(bureau, made, away):
    one = loan(bureau, make_card(bureau), **made)

    [row] = month_rows([one], JUNE, TODAY)

    assert sum(cell.days for cell in row.cells) == 30
    [cell] = [cell for cell in row.cells if cell.loan]
    assert (cell.first.day, cell.first.day + cell.days - 1) == away


def test_two_loans_of_a_thing_stand_side_by_side(bureau):
    card = make_card(bureau)
    first = loan(bureau, card, (6, 1), (6, 4), "returned", returned_on=date(2026, 6, 3))
    second = loan(bureau, card, (6, 3), (6, 8), "booked")

    [row] = month_rows([first, second], JUNE, TODAY)

    assert [(cell.first.day, cell.days) for cell in row.cells if cell.loan] == [(1, 2), (3, 6)]


def test_the_page_shows_the_month_and_one_thing_alone(client, keeper, staff, rival, bureau):
    card = make_card(bureau, name="投影仪")
    loan(bureau, card, (6, 10), (6, 12))
    other = loan(bureau, make_card(bureau, name="照相机"), (7, 1), (7, 2), "booked")
    address = reverse("asset:loan_calendar")

    page = signed_in(client, keeper).get(address).content.decode()
    july = client.get(address, {"month": "2026-07", "card": str(other.card.uid)}).content.decode()

    assert "投影仪" in page
    assert "照相机" not in page
    assert 'data-state="late"' in page
    assert "照相机" in july
    assert client.get(address, {"month": "13月"}).status_code in (400, 422)
    assert "投影仪" not in signed_in(client, staff).get(address).content.decode()
    assert signed_in(client, rival).get(address, {"card": str(card.uid)}).status_code == 404
