"""Filters ask for spans, parts of words and emptiness; what they ask stands as a chip that can be taken away."""

from decimal import Decimal

import pytest
from django.urls import reverse

from jishu.apps.asset.tests.makers import make_card
from tests.cast import signed_in

pytestmark = pytest.mark.django_db
LIST = reverse("asset:card-list")


@pytest.fixture
def found(client, keeper, bureau):
    make_card(bureau, number="N-1", place="1号楼 101", value=Decimal("100"))
    make_card(bureau, number="N-2", place="2号楼 202", value=Decimal("5000"), user=keeper.person)
    make_card(bureau, number="N-3", place="", value=Decimal("20000"))
    browser = signed_in(client, keeper)

    def ask(**given: str) -> tuple[list[str], str]:
        page = browser.get(LIST, given).content.decode()
        return [number for number in ("N-1", "N-2", "N-3") if f">{number}<" in page], page

    return ask


@pytest.mark.parametrize(
    ("given", "numbers", "chip"),
    [
        ({"value_from": "5000"}, ["N-2", "N-3"], "原值：5000 以上"),
        ({"value_from": "1,000", "value_to": "6000"}, ["N-2"], "原值：6000 以下"),
        ({"place_has": "号楼 1"}, ["N-1"], "存放地点：含“号楼 1”"),
        ({"place": "2号楼 202"}, ["N-2"], "存放地点：2号楼 202"),
        ({"place_empty": "1"}, ["N-3"], "存放地点：未填写"),
        ({"place_empty": "0"}, ["N-1", "N-2"], "存放地点：已填写"),
        ({"user_empty": "1"}, ["N-1", "N-3"], "使用人：未填写"),
    ],
)
def test_operators_narrow_and_are_said(found, given, numbers, chip):
    seen, page = found(**given)

    assert seen == numbers
    assert chip in page


@pytest.mark.parametrize(
    "given",
    [
        {"value_from": "很多"},
        {"value_to": "1e999999"},
        {"value_from": "NaN"},
        {"value": "9" * 40},
        {"place_empty": "也许"},
    ],
)
def test_what_is_not_understood_finds_nothing_and_says_so(found, given):
    seen, page = found(**given)

    assert seen == []
    assert 'data-tone="warning"' in page or "没有符合条件的记录" in page


def test_an_operator_that_does_not_fit_is_no_condition(found):
    seen, _ = found(value_has="5", acquired_on_empty="1")

    assert seen == ["N-1", "N-2", "N-3"]
