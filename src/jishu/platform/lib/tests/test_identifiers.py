import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishu.platform.lib.identifiers import (
    WrongIdentifier,
    mask_citizen_id,
    mask_name,
    mask_phone,
    validate_citizen_id,
    validate_organisation_code,
    validate_plate,
    validate_uscc,
    validate_vin,
)

GOOD = {
    validate_uscc: ["91310110666007217T", "53640000MJX173672F", "53640000MJX173680A", "91350100M000100Y43"],
    validate_organisation_code: ["666007217", "MJX173672", "M000100Y4"],
    validate_citizen_id: ["11010519491231002X", "440524188001010014"],
    validate_vin: ["1M8GDM9AXKP042788", "LSVAM4187C2184847"],
    validate_plate: ["浙J12345", "浙JD12345", "浙J12345D", "浙JAF1234", "浙J1234警", "京A12345F"],
}
BAD = {
    validate_uscc: ["91310110666007217X", "9131011066600721", "9131O110666007217T", ""],
    validate_organisation_code: ["666007218", "66600721"],
    validate_citizen_id: [
        "110105194912310021",
        "11010519490231002X",
        "11010520991231002X",
        "1101051949123100",
        "A" * 18,
    ],
    validate_vin: ["1M8GDM9A1KP042788", "LSVAM4187C218484", "LSVAMO187C2184847", ""],
    validate_plate: ["浙JI1234", "J12345", "浙J123", "", "浙J123456"],
}


@pytest.mark.parametrize(("validate", "text"), [(validate, text) for validate, texts in GOOD.items() for text in texts])
def test_real_numbers_pass_and_come_back_as_they_are(validate, text):
    assert validate(text) == text


@pytest.mark.parametrize(("validate", "text"), [(validate, text) for validate, texts in BAD.items() for text in texts])
def test_impossible_numbers_are_refused_with_a_sentence(validate, text):
    with pytest.raises(WrongIdentifier, match="。$"):
        validate(text)


@pytest.mark.parametrize(
    ("validate", "typed", "kept"),
    [
        (validate_citizen_id, " １１０１０５１９４９１２３１００２ｘ ", "11010519491231002X"),
        (validate_organisation_code, "66600721-7", "666007217"),
        (validate_plate, "浙J·12345", "浙J12345"),
        (validate_uscc, "9131 0110 6660 0721 7t", "91310110666007217T"),
    ],
)
def test_ways_of_typing_are_brought_into_one_form(validate, typed, kept):
    assert validate(typed) == kept


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_credit_code_is_always_noticed(at, character):
    right = "91310110666007217T"
    typed = right[:at] + character + right[at + 1 :]

    if typed != right:
        with pytest.raises(WrongIdentifier):
            validate_uscc(typed)


@given(st.integers(0, 17), st.sampled_from(string.digits))
def test_one_wrong_digit_of_a_citizen_id_is_always_noticed(at, digit):
    right = "440524188001010014"
    typed = right[:at] + digit + right[at + 1 :]

    if typed != right:
        with pytest.raises(WrongIdentifier):
            validate_citizen_id(typed)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_judged(text):
    for validate in GOOD:
        try:
            kept = validate(text)
        except WrongIdentifier:
            continue
        assert validate(kept) == kept


def test_masks_hide_the_middle():
    assert mask_citizen_id("11010519491231002X") == "110105********002X"
    assert mask_phone("13800138000") == "138****8000"
    assert mask_name("李建国") == "李**"
    assert mask_phone("110") == mask_citizen_id("110") == "***"
