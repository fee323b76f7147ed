"""How values are written for people: 11月22日 周日 14:30, ¥1,234.50, 姓名(处室 职务)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from jishu.platform.lib.clock import ZONE, today
from jishu.platform.lib.money import format_money

WEEKDAYS = "一二三四五六日"


class Named(Protocol):
    name: str


def day(value: date) -> str:
    """11月22日 周日; with its year when that is not this year."""
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    year = "" if value.year == today().year else f"{value.year}年"
    return f"{year}{value.month}月{value.day}日 周{WEEKDAYS[value.weekday()]}"


def moment(value: datetime) -> str:
    """11月22日 周日 14:30, in Chinese time."""
    local = value.astimezone(ZONE)
    return f"{day(local)} {local:%H:%M}"


def money(value: Decimal) -> str:
    return format_money(value)


def person(who: object) -> str:
    """姓名(处室 职务), as far as the value knows department and post; else the name alone."""
    department = getattr(who, "department", None) or getattr(who, "unit_name", None)
    place = getattr(department, "short_name", "") or (str(department) if department else "")
    described = " ".join(part for part in (place, getattr(who, "post", None) or "") if part)
    name = str(getattr(who, "name", who))
    return f"{name}（{described}）" if described else name


def working_days(value: Decimal) -> str:
    """0.5, 3 or 10: a number of days without idle zeros."""
    return f"{value.normalize():f}"


KINDS = {
    "text": "单行文字", "long_text": "多行文字", "integer": "整数", "money": "金额", "date": "日期", "choice": "单选",
    "boolean": "是否", "person": "人员", "unit": "单位", "record": "记录", "table": "子表",
    "choices": "多选", "file": "文件",
}  # fmt: skip
