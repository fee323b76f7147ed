"""Depreciation: what every month takes, what is left, and the months nobody changes any more."""

from datetime import date, datetime
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.cast import hire

from jishu.apps.asset import selectors, services
from jishu.apps.asset.depreciation import closing, planning
from jishu.apps.asset.depreciation.books import MonthClosed
from jishu.apps.asset.depreciation.figures import accumulated_of
from jishu.apps.asset.depreciation.months import after, month_of
from jishu.apps.asset.depreciation.reading import cards_of_month, totals
from jishu.apps.asset.models import Book, Closing, Posting, Schedule
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import system_actor
from jishu.platform.identity.tests.makers import make_unit
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from .makers import make_card, make_category, make_life_rule

pytestmark = pytest.mark.django_db
PLATFORM = system_actor("测试", {"asset.add_card", "asset.change_card", "asset.import_card", closing.CLOSE})
JANUARY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _in_june():
    with frozen(datetime(2026, 6, 15, tzinfo=ZONE)):
        yield


def computers(years: int = 6):
    return make_category("台式计算机", life_rule=make_life_rule(years))


def register(unit, category=None, value="6000.00", on="2026-01-31", **values):
    return services.register_card(
        PLATFORM, unit=unit, category=category or computers(), name="台式计算机", value=Decimal(value),
        acquired_on=date.fromisoformat(on), **values,
    )  # fmt: skip


def taken(card, *months: int) -> list[str]:
    """What each month of 2026 takes from a card."""
    unit = card.unit
    found = [cards_of_month(unit, date(2026, month, 1)).filter(pk=card.pk).first() for month in months]
    return [str(one.taken) if one else "-" for one in found]


def test_the_month_of_acquisition_counts_and_the_last_month_takes_the_rest(bureau):
    card = register(bureau, computers(years=1), value="1000.00", on="2026-01-31")

    assert taken(card, 1, 2, 11, 12) == ["83.33", "83.33", "83.33", "83.37"]
    assert accumulated_of(card, date(2026, 12, 1)) == card.value
    assert accumulated_of(card, date(2031, 5, 1)) == card.value


@pytest.mark.parametrize("case", ["nominal", "no rule"])
def test_what_is_nominal_or_has_no_rule_is_not_depreciated(bureau, case):
    category = computers() if case == "nominal" else make_category()

    card = register(bureau, category, value="1.00" if case == "nominal" else "9000.00")

    assert not Schedule.objects.filter(card=card).exists()
    assert closing.close_month(PLATFORM, unit=bureau, month=JANUARY).amount == 0


def test_a_closed_month_posts_what_its_cards_show(bureau, rival_bureau):
    category = computers()
    for value in ("6000.00", "3333.33", "0.05"):
        register(bureau, category, value=value)
    register(bureau, value="7777.00", on="2023-12-01", life_months=20)
    register(rival_bureau, category)

    done = closing.close_month(PLATFORM, unit=bureau, month=JANUARY)

    cards = list(cards_of_month(bureau, JANUARY))
    assert (done.cards, done.amount) == (len(cards), sum(card.taken for card in cards))
    assert done.accumulated == sum(card.accumulated for card in cards)
    assert sum(line.amount for line in done.lines.all()) == done.amount == totals(bureau, JANUARY)["amount"]
    assert verbs_about(done.uid) == ["depreciation.closed"]


def test_list_detail_and_report_say_the_same(client, keeper, bureau):
    card = register(bureau, value="7200.00")
    client.force_login(keeper.person.account)

    listed = selectors.cards_visible_to(keeper).get(pk=card.pk)
    detail = client.get(reverse("asset:card-detail", args=[card.uid]), {"tab": "折旧"}).content.decode()
    report = client.get(reverse("asset:depreciation"), {"month": "2026-05"}).content.decode()

    assert (listed.accumulated, listed.net) == (Decimal("500.00"), Decimal("6700.00"))
    assert "¥6,700.00" in detail
    assert "¥6,700.00" in report


def test_months_are_closed_in_their_order_once_and_not_before_they_come(bureau):
    register(bureau)
    closing.close_month(PLATFORM, unit=bureau, month=JANUARY)

    for month in (JANUARY, date(2026, 3, 1), date(2025, 12, 1)):
        with pytest.raises(DomainError):
            closing.close_month(PLATFORM, unit=bureau, month=month)
    for month in (2, 3, 4, 5, 6):
        closing.close_month(PLATFORM, unit=bureau, month=date(2026, month, 1))
    with pytest.raises(DomainError, match="还没有到"):
        closing.close_month(PLATFORM, unit=bureau, month=date(2026, 7, 1))


def test_a_card_registered_late_makes_up_in_the_first_open_month(bureau):
    category = computers()
    register(bureau, category)
    closing.close_month(PLATFORM, unit=bureau, month=JANUARY)

    late = register(bureau, category, value="7200.00", on="2026-01-05")

    assert taken(late, 1, 2, 3) == ["-", "200.00", "100.00"]


def test_a_new_value_counts_from_the_first_open_month_and_nothing_before_moves(bureau):
    card = register(bureau, value="7200.00", on="2026-01-05")
    for month in range(1, 7):
        closing.close_month(PLATFORM, unit=bureau, month=date(2026, month, 1))

    services.correct(card, value=Decimal("8520.00"))

    assert taken(card, 5, 6, 7) == ["100.00", "100.00", "120.00"]
    assert accumulated_of(card, date(2031, 12, 1)) == Decimal("8520.00")


def test_a_mistyped_value_is_planned_anew_while_nothing_is_closed(bureau):
    card = register(bureau, value="72000.00", on="2026-01-05")

    services.correct(card, value=Decimal("7200.00"))

    assert taken(card, 1, 2) == ["100.00", "100.00"]
    assert Schedule.objects.filter(card=card).count() == 1


def test_less_than_was_already_taken_is_refused(bureau):
    card = register(bureau, value="7200.00", on="2025-01-05")
    closing.close_month(PLATFORM, unit=bureau, month=date(2026, 6, 1))

    with pytest.raises(Conflict, match="低于已提折旧"), transaction.atomic():
        services.correct(card, value=Decimal("100.00"))

    card.refresh_from_db()
    assert card.value == Decimal("7200.00")


def test_the_month_something_goes_no_longer_counts(bureau):
    card = register(bureau, value="7200.00", on="2026-01-05")

    planning.stop([card], on=date(2026, 4, 2))

    assert taken(card, 3, 4) == ["100.00", "-"]
    assert accumulated_of(card, date(2030, 1, 1)) == Decimal("300.00")


def test_who_receives_a_thing_bears_the_month(bureau, rival_bureau):
    card = register(bureau, value="7200.00", on="2026-01-05")

    services.amend_card(PLATFORM, card=card, unit=rival_bureau)

    assert [totals(unit, date(2026, 5, 1))["amount"] for unit in (bureau, rival_bureau)] == [100, 0]
    assert [totals(unit, date(2026, 6, 1))["amount"] for unit in (bureau, rival_bureau)] == [0, 100]
    assert accumulated_of(card, date(2031, 12, 1)) == card.value


def test_the_database_itself_keeps_closed_months(bureau):
    card = register(bureau)
    closing.close_month(PLATFORM, unit=bureau, month=JANUARY)

    for change in ({"base": 1}, {"ends_on": JANUARY}, {"months": 5}):
        with pytest.raises(MonthClosed), planning.explained(planning.CONSTRAINTS):
            Schedule.objects.filter(card=card).update(**change)


def test_reopening_needs_somebody_else_and_leaves_the_first_closing_on_record(keeper, bureau):
    register(bureau)
    first = closing.close_month(keeper, unit=bureau, month=JANUARY)
    asked = closing.ask_reopening(keeper, closing=first.uid, reason="漏登两台电脑")
    both = hire("一人两岗", bureau, "asset.keeper", "asset.leader")
    leader = hire("罗局长", bureau, "asset.leader")

    closing.decide_reopening(leader, reopening=asked.uid, agrees=True)
    register(bureau)
    second = closing.close_month(both, unit=bureau, month=JANUARY)
    asked = closing.ask_reopening(both, closing=second.uid, reason="再改")
    with pytest.raises(closing.NotYourOwn):
        closing.decide_reopening(both, reopening=asked.uid, agrees=True)

    first.refresh_from_db()
    assert (first.state, first.cards, second.cards) == (Closing.State.REOPENED, 1, 2)


def test_nobody_closes_or_sees_the_books_of_another_unit(client, keeper, rival_bureau):
    register(rival_bureau)

    with pytest.raises(Missing):
        closing.close_month(keeper, unit=rival_bureau, month=JANUARY)
    client.force_login(keeper.person.account)
    page = client.get(reverse("asset:depreciation"), {"unit": rival_bureau.uid})
    assert page.status_code == 404


def test_the_page_closes_a_month_and_gives_a_file(client, keeper, bureau):
    register(bureau)
    client.force_login(keeper.person.account)
    address = f"{reverse('asset:depreciation')}?month=2026-05"

    told = client.post(address, {"do": "close"}, follow=True).content.decode()
    file = client.get(address, {"month": "2026-05", "file": "xlsx"})

    assert "已结账，计提 1 张卡片" in told
    assert b"".join(file.streaming_content).startswith(b"PK")


@pytest.mark.django_db(transaction=True)
def test_of_many_who_close_a_month_one_posts_it(bureau):
    register(bureau)
    won, lost, start = [], [], Barrier(32)

    def close():
        start.wait()
        try:
            won.append(closing.close_month(PLATFORM, unit=bureau, month=JANUARY))
        except closing.AlreadyClosed:
            lost.append(1)
        finally:
            connection.close()

    threads = [Thread(target=close) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(won), len(lost)) == (1, 31)
    assert Posting.objects.count() == 1
    assert Book.objects.get().closed_through == JANUARY


AMOUNTS = st.decimals(min_value=Decimal("1.01"), max_value=Decimal("99999999.99"), places=2)


class EveryStretch(TestCase):
    """Whatever the value and the life: exact to the cent, never less than nothing, never backwards."""

    @settings(max_examples=60)
    @given(AMOUNTS, st.integers(1, 600), st.dates(date(1990, 1, 1), date(2026, 6, 1)))
    def test_the_months_add_up_to_the_value(self, value, months, acquired):
        first = month_of(acquired)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT asset_depreciated(%s, 0, 0, %s, %s, %s, NULL, (%s + n * interval '1 month')::date)"
                " FROM generate_series(-1, %s) AS n ORDER BY n",
                [value, months, first, first, first, months],
            )
            gone = [row[0] for row in cursor.fetchall()]

        each = [later - earlier for earlier, later in zip(gone, gone[1:], strict=False)]
        assert gone[0] == 0
        assert min(each) >= 0
        assert sum(each) == value == gone[months]
        assert len(set(each[: months - 1])) <= 3  # equal parts, perhaps a smaller one where tiny values run out

    @settings(max_examples=15, deadline=None)
    @given(AMOUNTS, AMOUNTS, st.integers(2, 60), st.integers(0, 40), st.integers(1, 90))
    def test_a_change_of_value_continues_to_the_new_one(self, value, other, months, passed, longer):
        from_ = after(date(2026, 6, 1), -passed)
        unit = make_unit(f"单位{uuid4().hex[:12]}")
        card = make_card(unit, value=value, acquired_on=from_, life_months=months)
        planning.begin_all([card])
        closing.close_month(PLATFORM, unit=unit, month=date(2026, 6, 1))
        posted = accumulated_of(card, date(2026, 6, 1))

        if other < posted:
            with pytest.raises(Conflict):
                services.correct(card, value=other)
            return
        services.correct(card, value=other, life_months=months + passed + longer)

        assert accumulated_of(card, date(2026, 6, 1)) == posted
        assert accumulated_of(card, date(2050, 1, 1)) == other
