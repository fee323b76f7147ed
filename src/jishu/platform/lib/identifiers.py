"""Numbers others have given: who they name, and whether they can be right.

``validate_…`` answers the number in its normal form or raises ``WrongIdentifier`` with a sentence saying what is
wrong with it. ``mask_…`` hides the part that no reader of a list needs.
"""

import re
from collections.abc import Iterable
from datetime import date

from . import clock
from .text import Unreadable, normalise

_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I O S V Z
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_CHECKS = "10X98765432"
_EARLIEST_BIRTH = date(1850, 1, 1)

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_ORDINARY = r"[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]"
_NEW_ENERGY = r"[DABCEFGHJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DABCEFGHJK]"
# GB 16735: what each character counts, and where it stands.
_VIN_VALUES = {
    character: int(value)
    for value, characters in zip(
        "0123456789", ("0", "1AJ", "2BKS", "3CLT", "4DMU", "5ENV", "6FW", "7GPX", "8HY", "9RZ"), strict=True
    )
    for character in characters
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_PLATE = re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z](?:{_ORDINARY}|{_NEW_ENERGY})")


class WrongIdentifier(Unreadable):
    """The number cannot be right."""


def validate_uscc(text: str) -> str:
    """统一社会信用代码, GB 32100."""
    code = _plain(text)
    if len(code) != 18:
        raise WrongIdentifier(f"统一社会信用代码应为18位，现为{len(code)}位。")
    _only(code, _USCC_CHARACTERS, "统一社会信用代码")
    total = _weighted((_USCC_CHARACTERS.index(character) for character in code[:17]), _USCC_WEIGHTS)
    if code[17] != _USCC_CHARACTERS[-total % 31]:
        raise WrongIdentifier("统一社会信用代码的校验码不对，请核对是否录错。")
    return code


def validate_organisation_code(text: str) -> str:
    """组织机构代码, GB 11714: nine characters, kept without the hyphen."""
    code = _plain(text)
    if len(code) != 9:
        raise WrongIdentifier(f"组织机构代码应为9位，现为{len(code)}位。")
    _only(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "组织机构代码")
    remainder = _weighted((int(character, 36) for character in code[:8]), _ORGANISATION_WEIGHTS) % 11
    if code[8] != "0X987654321"[remainder]:
        raise WrongIdentifier("组织机构代码的校验码不对，请核对是否录错。")
    return code


def validate_citizen_id(text: str) -> str:
    """公民身份号码, GB 11643."""
    number = _plain(text)
    if len(number) != 18:
        raise WrongIdentifier(f"公民身份号码应为18位，现为{len(number)}位。")
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        raise WrongIdentifier("公民身份号码应为17位数字加1位数字或X。")
    born_on = _birthday(number)
    if born_on is None or not _EARLIEST_BIRTH <= born_on <= clock.today():
        raise WrongIdentifier(f"公民身份号码第7至14位“{number[6:14]}”不是可能的出生日期。")
    if number[17] != _CITIZEN_CHECKS[_weighted(map(int, number[:17]), _CITIZEN_WEIGHTS) % 11]:
        raise WrongIdentifier("公民身份号码的校验码不对，请核对是否录错。")
    return number


def validate_plate(text: str) -> str:
    """机动车号牌, GA 36: new-energy plates too, kept without the dot."""
    plate = _plain(text)
    if plate[:1] not in _PROVINCES:
        raise WrongIdentifier("车牌号应以省份简称开头，如 浙J12345。")
    if re.search("[IO]", plate):
        raise WrongIdentifier("车牌号中没有字母I和O，请核对是否应为数字1和0。")
    if not _PLATE.fullmatch(plate):
        raise WrongIdentifier(f"“{plate}”不是有效的车牌号，普通号牌7位，新能源号牌8位。")
    return plate


def validate_vin(text: str) -> str:
    """车辆识别代号, GB 16735: seventeen characters, of which the ninth checks the others."""
    code = _plain(text)
    if len(code) != 17:
        raise WrongIdentifier(f"车辆识别代号应为17位，现为{len(code)}位。")
    if re.search("[IOQ]", code):
        raise WrongIdentifier("车辆识别代号中没有字母I、O和Q，请核对是否应为数字1和0。")
    _only(code, "".join(_VIN_VALUES), "车辆识别代号")
    remainder = _weighted((_VIN_VALUES[character] for character in code), _VIN_WEIGHTS) % 11
    if code[8] != "0123456789X"[remainder]:
        raise WrongIdentifier("车辆识别代号的校验位（第9位）不对，请核对是否录错。")
    return code


def validate_mobile(text: str) -> str:
    """手机号码 of the mainland, with or without +86, spaces and dashes."""
    number = re.sub(r"^(00)?86(?=1)", "", _plain(text).lstrip("+"))
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise WrongIdentifier("手机号码应为11位数字，以13至19开头。")
    return number


def mask_citizen_id(number: str) -> str:
    """11010519491231002X → 110105********002X"""
    return number[:6] + "*" * max(len(number) - 10, 0) + number[-4:] if len(number) > 10 else "*" * len(number)


def mask_phone(number: str) -> str:
    """13800138000 → 138****8000"""
    return number[:3] + "*" * (len(number) - 7) + number[-4:] if len(number) > 7 else "*" * len(number)


def mask_name(name: str) -> str:
    """李建国 → 李**"""
    return name[:1] + "*" * (len(name) - 1)


def _plain(text: str) -> str:
    return re.sub(r"[\s\-.·•‧]", "", normalise(text)).upper()


def _only(code: str, allowed: str, title: str) -> None:
    if strange := sorted(set(code) - set(allowed)):
        raise WrongIdentifier(f"{title}中不能有“{'、'.join(strange)}”。")


def _weighted(values: Iterable[int], weights: tuple[int, ...]) -> int:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def _birthday(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
