"""What was seen against what the books say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishu.apps.asset.counting.rules import LONGEST_CODE, Book, judge, number_in, told_change

BOOK = Book("1号楼 305", "许文员", "在用")


@pytest.mark.parametrize("seen", ["", "1号楼 305", "１号楼-305", "1号楼305"])
def test_where_the_books_have_it_is_found_however_it_is_written(seen):
    assert judge(BOOK, BOOK, seen).result == "found"


def test_elsewhere_is_moved_unless_the_card_says_so_by_now():
    assert judge(BOOK, BOOK, "2号楼 101").result == "moved"

    verdict = judge(BOOK, Book("2号楼 101", "许文员", "在用"), "2号楼 101")

    assert verdict.result == "found"
    assert "存放地点由“1号楼 305”改为“2号楼 101”" in verdict.conflict


def test_a_label_may_hold_the_number_or_an_address():
    assert number_in(" 331099-A02-2026-000017 ") == "331099-A02-2026-000017"
    assert number_in("https://office.example/asset/scan/?code=331099-A02-2026-000017") == "331099-A02-2026-000017"
    assert number_in("https://office.example/elsewhere") == ""


@given(st.text(max_size=500))
def test_whatever_a_scanner_sends_is_a_short_line(text):
    assert len(number_in(text)) <= LONGEST_CODE
    assert len(told_change(BOOK, Book(text, text, text))) <= 200
