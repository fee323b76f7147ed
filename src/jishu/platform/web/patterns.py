"""Texts that must be a number somebody else gives: checked by its rules, kept in its normal form."""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from jishu.platform.contract import Pattern
from jishu.platform.lib.identifiers import validate_citizen_id, validate_plate, validate_uscc
from jishu.platform.lib.text import Unreadable, normalise


def in_pattern(pattern: Pattern, text: str) -> str:
    """The number in its normal form; ValidationError says what is wrong with it."""
    try:
        return _RULES[pattern](text)
    except Unreadable as error:
        raise ValidationError(str(error)) from error


def _mobile(text: str) -> str:
    number = re.sub(r"[\s-]|^(\+?86)(?=1\d{10}$)", "", re.sub(r"[\s-]", "", normalise(text)))
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise Unreadable("手机号码应为 1 开头的 11 位数字，请核对后重新填写。")
    return number


def _postcode(text: str) -> str:
    code = normalise(text)
    if not re.fullmatch(r"[0-9]{6}", code):
        raise Unreadable("邮政编码应为 6 位数字，请核对后重新填写。")
    return code


def _email(text: str) -> str:
    EmailValidator("电子邮箱应像 name@example.cn，请核对后重新填写。")(normalise(text))
    return normalise(text)


_RULES: dict[Pattern, Callable[[str], str]] = {
    Pattern.NONE: str,
    Pattern.CITIZEN_ID: validate_citizen_id,
    Pattern.MOBILE: _mobile,
    Pattern.CREDIT_CODE: validate_uscc,
    Pattern.PLATE: validate_plate,
    Pattern.EMAIL: _email,
    Pattern.POSTCODE: _postcode,
}
