"""What a rule may say: typed parameters, in three forms — as stored (exact JSON), as computed with, as people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from jishu.platform.lib.errors import DomainError

WRITTEN_OUT = 4
LARGEST, FINEST = Decimal(10) ** 12, Decimal("0.0001")


class BadParameters(DomainError):
    """规则的参数不符合该类规则的要求。"""


@dataclass(frozen=True, kw_only=True)
class Number:
    """A decimal with its unit. Stored as text, because JSON numbers lose what is exact in ``0.15``."""

    name: str
    title: str
    unit: str = ""
    required: bool = False
    is_share: bool = False
    """Kept as 0.3, read as 30%."""
    said: bool = True

    def stored(self, raw: Any) -> str:
        try:
            value = Decimal(str(raw).strip().replace(",", ""))
        except InvalidOperation:
            raise BadParameters(f"{self.title}“{raw}”不是数字。", field=self.name) from None
        if not value.is_finite() or value < 0:
            raise BadParameters(f"{self.title}应当是不小于 0 的数字。", field=self.name)
        if value >= LARGEST or value % FINEST:
            raise BadParameters(f"{self.title}最多十二位整数、四位小数。", field=self.name)
        return _plain(value)

    def typed(self, stored: str) -> Decimal:
        return Decimal(stored)

    def shown(self, value: Decimal) -> str:
        if self.is_share:
            return f"{_plain(value * 100)}%"
        return f"{Decimal(_plain(value)):,f} {self.unit}".strip()

    def told(self, value: Decimal) -> str:
        return f"{self.title} {self.shown(value)}".strip()


@dataclass(frozen=True, kw_only=True)
class Words:
    """A sentence or a name. Without a title it is the rule itself and is told bare."""

    name: str
    title: str
    required: bool = False
    is_rule: bool = False
    said: bool = True

    def stored(self, raw: Any) -> str:
        return " ".join(str(raw).split())

    def typed(self, stored: str) -> str:
        return stored

    def shown(self, value: str) -> str:
        return value

    def told(self, value: str) -> str:
        return value if self.is_rule else f"{self.title}{value}"


@dataclass(frozen=True, kw_only=True)
class Names:
    """Several names, in order."""

    name: str
    title: str
    required: bool = False
    said: bool = True

    def stored(self, raw: Any) -> list[str]:
        return [text for one in ([raw] if isinstance(raw, str) else raw) if (text := " ".join(str(one).split()))]

    def typed(self, stored: Sequence[str]) -> tuple[str, ...]:
        return tuple(stored)

    def shown(self, value: Sequence[str]) -> str:
        return "、".join(value)

    def told(self, value: Sequence[str]) -> str:
        return f"{self.title}：{self.shown(value)}"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows keyed by rank, region or item, or the steps of a scale, in order."""

    name: str
    title: str
    columns: tuple[Number | Words, ...]
    required: bool = False
    said: bool = True

    def stored(self, raw: Any) -> list[dict[str, Any]]:
        return [self._row_stored(row, place) for place, row in enumerate(raw, 1)]

    def typed(self, stored: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
        return tuple(MappingProxyType(_each(self.columns, row, "typed")) for row in stored)

    def shown(self, value: Sequence[Mapping[str, Any]]) -> str:
        return "；".join(self._row_shown(row) for row in value)

    def told(self, value: Sequence[Mapping[str, Any]]) -> str:
        if len(value) > WRITTEN_OUT:
            return f"{self.title}见参数表（共 {len(value)} 行）"
        return f"{self.title}：{self.shown(value)}"

    def _row_stored(self, row: Mapping[str, Any], place: int) -> dict[str, Any]:
        try:
            return _checked(self.columns, row)
        except BadParameters as error:
            raise BadParameters(f"{self.title}第 {place} 行：{error.message}", field=self.name) from None

    def _row_shown(self, row: Mapping[str, Any]) -> str:
        words = [_cell(column, row[column.name]) for column in self.columns if column.name in row]
        first = self.columns[0]
        is_the_rest = isinstance(first, Number) and first.name not in row and len(self.columns) > 1
        return " ".join(["其余", *words] if is_the_rest else words)


Parameter = Number | Words | Names | Table


def stored(parameters: Sequence[Parameter], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The one JSON form of these values; BadParameters when a name is unknown, missing, or holds the wrong thing."""
    return _checked(parameters, raw)


def typed(parameters: Sequence[Parameter], kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """Values to compute with: numbers are Decimal, tables tuples of rows. Nothing in it can be changed."""
    return MappingProxyType(_each(parameters, kept, "typed"))


def told(parameters: Sequence[Parameter], values: Mapping[str, Any]) -> str:
    """What a rule says, in a line: 单价上限 5,000 元，最低使用年限 6 年."""
    return "，".join(one.told(values[one.name]) for one in parameters if one.said and one.name in values)


def _checked(parameters: Sequence[Parameter], raw: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.name for one in parameters}
    if unknown := [name for name in raw if name not in known]:
        raise BadParameters(f"没有名为“{unknown[0]}”的参数。", field=unknown[0])
    given = {name: value for name, value in raw.items() if value is not None and value != "" and value != []}
    for one in parameters:
        if one.required and one.name not in given:
            raise BadParameters(f"请填写{one.title}。", field=one.name)
    return _each(parameters, given, "stored")


def _each(parameters: Sequence[Parameter], values: Mapping[str, Any], form: str) -> dict[str, Any]:
    return {one.name: getattr(one, form)(values[one.name]) for one in parameters if one.name in values}


def _cell(column: Number | Words, value: Any) -> str:
    return column.shown(value) if isinstance(column, Words) else column.told(value)


def _plain(value: Decimal) -> str:
    """5000, 1.6 — neither exponents nor idle zeros."""
    return f"{value.normalize():f}"
