from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishu.platform.lib.intervals import Interval, merge, subtract

DAY_ONE = date(2026, 1, 1)
days = st.integers(0, 60).map(lambda number: DAY_ONE + timedelta(days=number))
intervals = st.tuples(days, days).filter(lambda ends: ends[0] < ends[1]).map(lambda ends: Interval(*ends))
several = st.lists(intervals, max_size=8)


def covered(intervals):
    return {day for each in intervals for number in range(61) if (day := DAY_ONE + timedelta(days=number)) in each}


@given(intervals, intervals)
def test_two_overlap_exactly_when_they_share_a_day(one, other):
    shared = covered([one]) & covered([other])

    assert one.overlaps(other) == other.overlaps(one) == bool(shared)
    assert covered(filter(None, [one.common_with(other)])) == shared
    assert one.covers(other) == (covered([other]) <= covered([one]))


@given(several)
def test_merging_keeps_the_days_and_leaves_gaps_between(intervals):
    merged = merge(intervals)

    assert covered(merged) == covered(intervals)
    assert all(before.end < after.start for before, after in zip(merged, merged[1:], strict=False))


@given(several, several)
def test_what_is_left_is_what_was_not_taken(whole, taken):
    assert covered(subtract(whole, taken)) == covered(whole) - covered(taken)


def test_one_may_start_when_another_ends():
    morning, noon = Interval(DAY_ONE, date(2026, 1, 2)), Interval(date(2026, 1, 2), date(2026, 1, 3))

    assert not morning.overlaps(noon)
    assert date(2026, 1, 2) not in morning


@pytest.mark.parametrize("end", [DAY_ONE, date(2025, 12, 31)])
def test_an_interval_of_no_length_does_not_exist(end):
    with pytest.raises(ValueError, match="ends after"):
        Interval(DAY_ONE, end)
