"""How offices write the same fact: each unit in its own way, everyone with a slip now and then, all readable."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any

from .things import IDLE, IN_USE, Thing


@dataclass(frozen=True)
class Formula:
    """A cell that is computed; without a result the file was saved by a program that never calculated it."""

    text: str
    result: str | float = ""


class Above:
    """The cell is one with the cell above it (merged)."""


Row = dict[str, Any]
"""Cells by the name of the field they stand for."""

_EXCEL_EPOCH = date(1899, 12, 30)
_DATES: tuple[Callable[[date], Any], ...] = (
    lambda day: day,
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day:%Y/%m/%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: int(f"{day:%Y%m%d}"),
    lambda day: f"{day:%Y-%m-%d}",
)
_PRICES: tuple[Callable[[Decimal], Any], ...] = (
    float,
    lambda price: f"{price:,.2f}",
    lambda price: f"￥{price:,.2f}元",
    lambda price: f"{price.normalize():f}元",
    float,
)
# The standard calls these something else.
_ONLY_BY_CODE = ("会议椅", "空调机")
_WORDS = {
    "在用": ("在用", "使用中", "正常使用"),
    "在库": ("在库", "闲置", "库存"),
    "在修": ("在修", "维修"),
    "购置": ("购置", "采购", "新购"),
    "调剂": ("调剂", "调拨"),
}


class Clerk:
    """Writes the rows of one unit."""

    def __init__(self, name: str) -> None:
        self._chance = Random(name)  # noqa: S311 — chance for data, not for keys
        self._dated, self._priced = self._chance.choice(_DATES), self._chance.choice(_PRICES)
        self._unit = self._chance.choice(("short_name", "short_name", "name", "code"))
        self._by_code = self._chance.random() < 0.6
        self._words = {word: self._chance.choice(ways) for word, ways in _WORDS.items()}

    def row(self, thing: Thing) -> Row:
        department = thing.user.department if thing.user else None
        return {
            "number": thing.number,
            "name": thing.kind.name,
            "category": thing.kind.category if self._by_code or thing.kind.name in _ONLY_BY_CODE else thing.kind.name,
            "spec": thing.spec,
            "serial_number": thing.serial or None,
            "unit": getattr(thing.agency, self._unit),
            "department": department.name if department else None,
            "place": thing.place,
            "user": thing.user.name if thing.user else None,
            "keeper": thing.keeper.name,
            "value": self._priced(thing.value),
            "acquired_on": self._dated(thing.acquired_on),
            "source": self._words.get(thing.source, thing.source),
            "state": self._words.get(thing.state, thing.state),
            "remark": None,
        }


def _full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def _keeps_no_user(row: Row, thing: Thing) -> None:
    if thing.state == IN_USE:
        row["user"] = None


def _spreads_two_characters(row: Row, thing: Thing) -> None:
    """王　伟 stands as wide as 王建国: the habit of every office."""
    for who in ("user", "keeper"):
        if row[who] and len(row[who]) == 2:
            row[who] = f"{row[who][0]}　{row[who][1]}"


def _set(name: str, way: Callable[[Thing], Any]) -> Callable[[Row, Thing], None]:
    def slip(row: Row, thing: Thing) -> None:
        row[name] = way(thing)

    return slip


SLIPS: tuple[Callable[[Row, Thing], None], ...] = (
    _set("number", lambda thing: _full_width(thing.number)),
    _set("number", lambda thing: f" {thing.number}　"),
    _set("value", lambda thing: _full_width(f"{thing.value:.2f}")),
    _set("value", lambda thing: f"{(thing.value / 10_000).normalize():f}万元"),
    _set("value", lambda thing: Formula(f"=ROUND({thing.value},2)", float(thing.value))),
    *(_set("acquired_on", lambda thing, way=way: way(thing.acquired_on)) for way in _DATES),  # type: ignore[misc]
    _set("acquired_on", lambda thing: (thing.acquired_on - _EXCEL_EPOCH).days),
    _set("acquired_on", lambda thing: datetime.combine(thing.acquired_on, time(9, 30))),
    _set("acquired_on", lambda thing: f"{thing.acquired_on:%Y-%m}"),
    _set("unit", lambda thing: thing.agency.name),
    _set("unit", lambda thing: f"{thing.agency.short_name}\u00a0"),
    _set("user", lambda thing: thing.user.code if thing.user else None),
    _set("category", lambda thing: f"{thing.kind.category[:7]}99"),
    _set("place", lambda thing: f"\u200b{thing.place}\n"),
    _set("spec", lambda thing: thing.spec.replace(" ", "\n", 1)),
    _set("state", lambda thing: {IDLE: "未使用"}.get(thing.state, thing.state)),
    _set("remark", lambda thing: "=标签已贴"),
    _keeps_no_user,
    _spreads_two_characters,
)
