from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishu.platform.lib import clock
from jishu.platform.lib.calendar import (
    OFFICE_HOURS,
    WorkingHours,
    add_working_time,
    deadline,
    is_published,
    is_working_day,
    working_time_between,
)
from jishu.platform.lib.clock import ZONE

moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=ZONE))  # noqa: DTZ001
amounts = st.timedeltas(timedelta(), timedelta(hours=400))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@given(moments, amounts)
def test_what_was_added_is_what_lies_between(start, amount):
    assert working_time_between(start, add_working_time(start, amount)) == amount


@given(moments, amounts, amounts)
def test_more_working_time_never_ends_earlier(start, amount, more):
    assert add_working_time(start, amount) <= add_working_time(start, amount + more)


@given(moments, moments, amounts)
def test_whoever_starts_earlier_is_due_no_later(one, other, amount):
    first, second = sorted([one, other])

    assert add_working_time(first, amount) <= add_working_time(second, amount)


@given(moments, moments, moments)
def test_working_time_adds_up(one, other, third):
    first, second, last = sorted([one, other, third])

    parts = working_time_between(first, second) + working_time_between(second, last)
    assert parts == working_time_between(first, last) == -working_time_between(last, first)


def test_two_working_days_across_a_holiday_with_moved_working_days():
    """O01: Friday 17:00, then a Sunday that is worked (2025-09-28), then the holiday."""
    assert deadline(at("2025-09-26 17:00"), 2) == at("2025-09-29 17:00")


def test_a_deadline_skips_the_national_holiday():
    assert deadline(at("2025-09-30 17:00"), 2) == at("2025-10-10 17:00")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-02 08:30", "2026-03-02 12:00"),  # the morning is exactly half a day
        ("2026-03-02 11:00", "2026-03-02 16:30"),  # lunch does not count
        ("2026-03-02 12:30", "2026-03-02 17:30"),  # begun at lunch, counted from two
        ("2026-03-06 16:00", "2026-03-09 10:30"),  # Friday afternoon to Monday
        ("2026-02-13 19:00", "2026-02-14 12:00"),  # the Saturday before Spring Festival is worked
    ],
)
def test_half_a_working_day(start, end):
    assert deadline(at(start), Decimal("0.5")) == at(end)


def test_the_answer_is_in_chinese_time_whatever_zone_was_asked_in():
    assert deadline(datetime(2026, 3, 2, 1, tzinfo=UTC), 1) == at("2026-03-03 09:00")


def test_a_unit_may_keep_other_hours():
    summer = WorkingHours(((time(8), time(11, 30)), (time(15), time(18))))

    assert summer.length == timedelta(hours=6.5)
    assert OFFICE_HOURS.length == timedelta(hours=7)
    assert add_working_time(at("2026-07-01 11:00"), timedelta(hours=1), summer) == at("2026-07-01 15:30")


def test_no_time_added_is_no_time_passed():
    sunday = at("2026-03-01 03:00")

    assert add_working_time(sunday, timedelta()) == sunday
    with pytest.raises(ValueError, match="forwards"):
        add_working_time(sunday, -1)


def test_unpublished_years_know_weekends_only():
    assert is_published(2026)
    assert not is_published(2027)
    assert is_working_day(date(2027, 10, 1))
    assert not is_working_day(date(2027, 10, 2))
    assert is_working_day(date(2026, 2, 28))  # moved working day
    assert not is_working_day(date(2026, 2, 17))


def test_a_stopped_clock_stands_still_and_starts_again():
    with clock.frozen(at("2026-02-14 00:30")):
        assert clock.now() == at("2026-02-14 00:30")
        assert clock.today() == date(2026, 2, 14)
        with clock.frozen(datetime(2026, 2, 13, 17, tzinfo=UTC)):
            assert clock.today() == date(2026, 2, 14)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
