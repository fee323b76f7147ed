"""A thing lent for some days: never to two at once, asked back in time, in stock again when it returns."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from jishu.apps.asset.lending import services
from jishu.apps.asset.models import Card, Loan
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.notify.api import messages_of

from .makers import make_card

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _on_monday():
    with frozen(datetime(2026, 6, 15, 10, tzinfo=ZONE)):
        yield


def lend(keeper, card, borrower, *, begins=0, days=5):
    lent_on = MONDAY + timedelta(begins)
    return services.book_loan(
        keeper, card=card, borrower=borrower, lent_on=lent_on, due_on=lent_on + timedelta(days), purpose="下乡调研"
    )


def test_out_today_and_back_again(keeper, bureau, staff):
    card = make_card(bureau)
    loan = lend(keeper, card, staff.person)
    card.refresh_from_db()
    assert (card.state, card.user) == (Card.State.LENT, staff.person)

    services.take_back(keeper, rows=[loan], condition="完好")

    card.refresh_from_db()
    loan.refresh_from_db()
    assert (card.state, card.user, loan.returned_on) == (Card.State.IDLE, None, MONDAY)
    lend(keeper, card, staff.person)


@pytest.mark.parametrize(("begins", "fits"), [(5, False), (6, True)])
def test_bookings_may_touch_but_not_overlap(keeper, bureau, staff, begins, fits):
    card = make_card(bureau)
    lend(keeper, card, staff.person)

    if fits:
        assert lend(keeper, card, staff.person, begins=begins).state == Loan.State.BOOKED
    else:
        with pytest.raises(services.Overlapping):
            lend(keeper, card, staff.person, begins=begins)


def test_what_is_booked_is_handed_out_on_its_day_or_cancelled(keeper, bureau, staff):
    card = make_card(bureau)
    loan = lend(keeper, card, staff.person, begins=2)
    with pytest.raises(services.NotHere, match="还没有到"):
        services.hand_out(keeper, rows=[loan])

    with frozen(datetime(2026, 6, 17, 9, tzinfo=ZONE)):
        services.hand_out(keeper, rows=[loan])
    with pytest.raises(Conflict, match="尚未交付"):
        services.cancel(keeper, rows=[loan])


@pytest.mark.parametrize("how", ["in use", "too long", "elsewhere"])
def test_what_cannot_be_lent(keeper, bureau, rival_bureau, staff, how):
    state = {"state": "in_use", "user": staff.person} if how == "in use" else {}
    card = make_card(rival_bureau if how == "elsewhere" else bureau, **state)

    with pytest.raises(Missing if how == "elsewhere" else DomainError):
        lend(keeper, card, staff.person, days=500 if how == "too long" else 5)

    assert not Loan.objects.exists()


@pytest.mark.parametrize(("day", "told"), [(-3, 1), (-1, 0), (0, 1), (1, 2), (2, 0), (8, 2)])
def test_borrowers_hear_in_time_and_keepers_when_it_is_late(keeper, bureau, staff, day, told):
    loan = lend(keeper, make_card(bureau), staff.person)

    services.remind(loan.due_on + timedelta(day))

    assert sum(messages_of(one).count() for one in (staff, keeper)) == told


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_the_last_one_a_single_person_gets_it(keeper, bureau):
    card = make_card(bureau)
    people = [make_person(bureau) for _ in range(32)]
    won, lost, start = [], [], Barrier(32)

    def ask(person):
        start.wait()
        try:
            won.append(lend(keeper, card, person))
        except Conflict:
            lost.append(person)
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(won), len(lost)) == (1, 31)
    assert Loan.objects.get().borrower_id == Card.objects.get().user_id
