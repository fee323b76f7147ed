"""How values are written for people."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.portal import wording


@pytest.fixture(autouse=True)
def _november_2026():
    with frozen(datetime(2026, 11, 22, 9, tzinfo=ZONE)):
        yield


def test_a_day_of_this_year_needs_no_year():
    assert wording.day(date(2026, 11, 22)) == "11月22日 周日"


def test_a_day_of_another_year_says_which():
    assert wording.day(date(2025, 3, 5)) == "2025年3月5日 周三"


def test_a_moment_is_told_in_chinese_time():
    assert wording.moment(datetime(2026, 11, 22, 6, 30, tzinfo=UTC)) == "11月22日 周日 14:30"


def test_money_has_its_sign_and_two_decimals():
    assert wording.money(Decimal("1234.5")) == "¥1,234.50"


def test_a_person_is_told_with_department_and_post():
    who = SimpleNamespace(name="李建国", department=SimpleNamespace(short_name="办公室"), post="主任")

    assert wording.person(who) == "李建国（办公室 主任）"


def test_a_person_without_post_is_just_a_name():
    assert wording.person(SimpleNamespace(name="李建国", department=None, post="")) == "李建国"


@pytest.mark.parametrize(("days", "words"), [("3.0", "3"), ("0.50", "0.5"), ("10", "10")])
def test_working_days_carry_no_idle_zeros(days, words):
    assert wording.working_days(Decimal(days)) == words
