"""The three forms of a parameter lead to one another and lose nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishu.platform.standards.families import family_of
from jishu.platform.standards.forms import read, written
from jishu.platform.standards.parameters import BadParameters, Number, Table, Words, stored, told, typed
from jishu.platform.standards.release import read_release

PRICE = Number(name="price", title="单价上限", unit="元", required=True)
SHARE = Number(name="share", title="占比不低于", is_share=True)
CAPS = Table(
    name="caps",
    title="限额",
    columns=(Words(name="city", title="城市", required=True), Number(name="cap", title="限额")),
)


@given(st.decimals(0, 10**11, places=4))
def test_a_number_is_kept_exactly(value):
    assert Decimal(PRICE.stored(value)) == value
    assert PRICE.typed(PRICE.stored(value)) == value


@pytest.mark.parametrize("wrong", ["五千", "", "-1", "NaN", "Infinity", "1e999999", "0.00001", "10000000000000"])
def test_what_is_not_a_number_is_refused(wrong):
    with pytest.raises(BadParameters) as refused:
        stored((PRICE,), {"price": wrong})

    assert refused.value.field == "price"


def test_values_read_as_people_write_them():
    values = typed((PRICE, SHARE), stored((PRICE, SHARE), {"price": "5,000.00", "share": 0.3}))

    assert told((PRICE, SHARE), values) == "单价上限 5,000 元，占比不低于 30%"


def test_a_wrong_row_is_named():
    with pytest.raises(BadParameters, match="第 2 行"):
        stored((CAPS,), {"caps": [{"city": "杭州", "cap": 500}, {"cap": 400}]})


def test_nothing_in_a_ruling_can_be_changed():
    values = typed((CAPS,), stored((CAPS,), {"caps": [{"city": "杭州", "cap": 500}]}))

    with pytest.raises(TypeError):
        values["caps"] = ()
    with pytest.raises(TypeError):
        values["caps"][0]["cap"] = Decimal(1)


def test_every_rule_that_ships_can_be_typed_in_again():
    for edition in read_release().editions:
        declared = family_of(edition.code).parameters
        kept = edition.parameters
        again = {one.name: read(one, written(one, kept[one.name])) for one in declared if one.name in kept}
        assert stored(declared, again) == kept, edition.code
