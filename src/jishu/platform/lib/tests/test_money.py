from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishu.platform.lib.money import (
    LARGEST,
    SCALES,
    NotMoney,
    format_money,
    money_in_words,
    parse_money,
    split_money,
    to_the_cent,
)

amounts = st.decimals(min_value=0, max_value=LARGEST, places=2)


@pytest.mark.parametrize(
    ("written", "yuan"),
    [
        ("￥6,888.50元", "6888.50"),
        ("6888.5", "6888.50"),
        ("1.2万元", "12000.00"),
        ("￥６，８８８．５０元", "6888.50"),
        ("人民币 35 元整", "35.00"),
        ("RMB 1,234,567.8", "1234567.80"),
        ("3亿", "300000000.00"),
        ("12.500", "12.50"),
        (".5", "0.50"),
        ("6888.50\t", "6888.50"),
        (120, "120.00"),
    ],
)
def test_amounts_are_read_as_offices_write_them(written, yuan):
    assert str(parse_money(written)) == yuan


@pytest.mark.parametrize(
    "written", ["", "元", "壹佰元", "1,23", "1,0000", "12.345", "-5", "(5.00)", "1e5", "12元5角", "1" * 17]
)
def test_what_is_no_amount_is_refused_with_a_sentence(written):
    with pytest.raises(NotMoney, match="。$"):
        parse_money(written)


def test_negative_amounts_are_read_where_they_are_allowed():
    assert parse_money("-¥5.00", negative=True) == parse_money("(5.00)", negative=True) == Decimal("-5.00")


def test_the_unit_of_the_column_holds_for_bare_numbers_only():
    assert parse_money("1.5", scale=SCALES["万元"]) == Decimal(15_000)
    assert parse_money("15000元", scale=SCALES["万元"]) == Decimal(15_000)


@given(amounts)
def test_a_formatted_amount_reads_back(amount):
    assert parse_money(format_money(amount)) == amount


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any))
def test_shares_add_up_and_are_less_than_a_cent_from_fair(total, weights):
    shares = split_money(total, weights)

    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < Decimal("0.01") * sum(weights)


def test_equal_parts_give_the_odd_cents_to_the_first():
    assert split_money(Decimal("100.00"), 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert split_money(Decimal("-0.01"), 2) == [Decimal("-0.01"), Decimal("0.00")]


@pytest.mark.parametrize("among", [0, [], [0, 0], [2, -1]])
def test_nothing_to_divide_by_is_a_mistake(among):
    with pytest.raises(ValueError, match="Weights"):
        split_money(Decimal(1), among)


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("6888.50", "陆仟捌佰捌拾捌元伍角整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1000010000", "壹拾亿零壹万元整"),
        ("20010", "贰万零壹拾元整"),
        ("0.05", "伍分"),
        ("0", "零元整"),
        ("-3", "负叁元整"),
    ],
)
def test_amounts_in_words_follow_the_rules_for_bills(yuan, words):
    assert money_in_words(Decimal(yuan)) == words


@given(amounts)
def test_the_words_say_the_amount(amount):
    assert _spoken(money_in_words(amount)) == amount


def _spoken(words):
    total = section = digit = 0
    cents = Decimal(0)
    for character in words:
        if (value := "零壹贰叁肆伍陆柒捌玖".find(character)) >= 0:
            digit = value
        elif character in "拾佰仟":
            section, digit = section + digit * 10 ** ("拾佰仟".index(character) + 1), 0
        elif character == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        elif character == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif character == "元":
            total, section, digit = total + section + digit, 0, 0
        elif character in "角分":
            cents, digit = cents + digit * Decimal("0.1" if character == "角" else "0.01"), 0
    return total + cents


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_an_amount_is_kept_exactly_or_not_at_all(amount):
    try:
        kept = to_the_cent(amount, negative=True)
    except NotMoney:
        return
    assert kept == amount
    assert kept.as_tuple().exponent == -2
