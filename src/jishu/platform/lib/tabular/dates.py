"""Dates in every form a ledger shows them, with what was assumed in reading them."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from jishu.platform.lib.text import Unreadable, normalise

from .sheet import Cell

_FULL = re.compile(
    r"(\d{4})\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*日?(?:[\sT]+((?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?))?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[年./\-]\s*(\d{1,2})\s*月?|((?:19|20)\d{2})(0[1-9]|1[0-2])")
_YEAR = re.compile(r"(19|20)\d{2}年?")
_SHORT_YEAR = re.compile(r"'?\d{2}[年./\-]\d{1,2}[月./\-]\d{1,2}日?")
_DAY_FIRST = re.compile(r"\d{1,2}[./\-]\d{1,2}[./\-]\d{4}")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_YEAR_POINT_ONE = re.compile(r"((?:19|20)\d{2})\.1")
_SERIALS = range(10_000, 73_051)  # 1927 to 2099; smaller numbers in a date column are slips, not dates
_YEARS = range(1800, 2101)
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


class NotDate(Unreadable):
    """What was written is not a day."""


def read_date(cell: Cell, is_1904: bool = False) -> tuple[date, str]:
    """The day, and a sentence about what was assumed (or nothing)."""
    match cell:
        case datetime():
            return cell.date(), "" if cell.time() == time() else f"已舍去时间{cell:%H:%M}。"
        case date():
            return cell, ""
        case bool() | time():
            raise NotDate(f"“{cell}”不是日期，请填写如 2024-03-05 的日期。")
        case int() | float():
            return _from_number(f"{cell:.15g}", is_1904)
        case _:
            return _from_text(str(cell), is_1904)


@lru_cache(maxsize=8192)
def _from_text(written: str, is_1904: bool) -> tuple[date, str]:
    text = normalise(written).rstrip("。. ")
    if found := _FULL.fullmatch(text):
        has_time = found[4] and found[4].strip("0:.")
        return _day(*found.groups()[:3]), f"已舍去时间{found[4]}。" if has_time else ""
    if found := _COMPACT.fullmatch(text):
        return _day(*found.groups()), ""
    if found := _MONTH.fullmatch(text):
        first = _day(found[1] or found[3], found[2] or found[4], "1")
        return first, f"“{written}”没有写到日，按{_in_words(first)}登记。"
    if _SERIAL.fullmatch(text) and int(float(text)) in _SERIALS:
        day = (_EPOCH_1904 if is_1904 else _EPOCH_1900) + timedelta(days=int(float(text)))
        return day, f"按Excel日期序号{text}识别为{_in_words(day)}。"
    raise NotDate(_why_not(text))


def _from_number(shown: str, is_1904: bool) -> tuple[date, str]:
    """2024.3 typed as a number is March; 2024.1 may have been 2024.10."""
    if found := _YEAR_POINT_ONE.fullmatch(shown):
        raise NotDate(f"“{shown}”可能是{found[1]}年1月，也可能是{found[1]}年10月，请写明。")
    return _from_text(shown, is_1904)


def _day(year: str, month: str, day: str) -> date:
    if int(year) not in _YEARS:
        raise NotDate(f"年份{year}不合理，请核对。")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NotDate(f"{int(year)}年{int(month)}月{int(day)}日这一天不存在，请核对。") from None


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _why_not(text: str) -> str:
    if _YEAR.fullmatch(text):
        return f"“{text}”只有年份，请填写到月、日。"
    if _SHORT_YEAR.fullmatch(text):
        return f"“{text}”的年份不足四位，请写全。"
    if _DAY_FIRST.fullmatch(text):
        return f"“{text}”分不清月和日，请按年-月-日填写。"
    return f"“{text}”不是日期，请填写如 2024-03-05 的日期。"
