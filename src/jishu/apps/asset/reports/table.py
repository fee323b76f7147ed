"""A report as a value: tables whose figures open the rows they were counted from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from jishu.apps.asset.charts import Bar
from jishu.platform.lib.money import format_money

MOST_LINES, ON_SCREEN, BARS, STACKED = 2000, 500, 12, 3


class Kind(StrEnum):
    TEXT = "text"
    COUNT = "count"
    MONEY = "money"


@dataclass(frozen=True)
class Column:
    """Figures are summed at the foot unless ``is_summed`` is False: a balance of each month adds up to nothing."""

    title: str
    kind: Kind = Kind.TEXT
    is_summed: bool = True

    @property
    def has_total(self) -> bool:
        return self.kind is not Kind.TEXT and self.is_summed


@dataclass(frozen=True)
class Cell:
    """``url`` opens the rows behind the figure."""

    value: Any
    url: str = ""

    @property
    def text(self) -> str:
        match self.value:
            case None:
                return ""
            case Decimal():
                return format_money(self.value)
            case int():
                return f"{self.value:,}"
            case _:
                return str(self.value)


@dataclass(frozen=True)
class Line:
    """One row: what it is about, then its figures in the order of the columns."""

    name: str
    cells: tuple[Cell, ...]
    url: str = ""

    @property
    def head(self) -> Cell:
        return Cell(self.name, self.url)


@dataclass(frozen=True)
class Table:
    """``first`` titles the names; ``columns`` are those after them. ``chart`` counts columns: whose figure is drawn.

    ``of`` is how many lines there are where not all of them are held.
    """

    title: str
    first: str
    columns: tuple[Column, ...]
    lines: Sequence[Line]
    question: str = ""
    chart: int | None = None
    note: str = ""

    @property
    def titles(self) -> tuple[str, ...]:
        return (self.first, *(column.title for column in self.columns))

    @property
    def rows(self) -> list[list[tuple[Column, Cell]]]:
        """As the screen shows them."""
        first = Column(self.first)
        return [[(first, line.head), *zip(self.columns, line.cells, strict=True)] for line in self.lines[:ON_SCREEN]]

    @property
    def is_wide(self) -> bool:
        """Then a phone moves it sideways: told one below the other its figures could not be compared."""
        return len(self.columns) > STACKED

    @property
    def is_cut(self) -> bool:
        return len(self.lines) > ON_SCREEN

    @property
    def total(self) -> list[tuple[Column, Cell]]:
        """The foot; empty where there is nothing to add up."""
        if not any(column.has_total for column in self.columns):
            return []
        return [(column, self._total(at, column)) for at, column in enumerate(self.columns)]

    def _total(self, at: int, column: Column) -> Cell:
        if not column.has_total:
            return Cell("")
        nothing: Any = Decimal(0) if column.kind is Kind.MONEY else 0
        return Cell(sum((line.cells[at].value for line in self.lines), nothing))

    @property
    def bars(self) -> list[Bar]:
        """The largest, for the chart; nothing for a table that asks no question."""
        if self.chart is None:
            return []
        at = self.chart
        drawn = [line for line in self.lines if line.cells[at].value > 0]
        largest = sorted(drawn, key=lambda line: -line.cells[at].value)[:BARS]
        return [
            Bar(line.name, float(line.cells[at].value), line.cells[at].text, line.cells[at].url or line.url)
            for line in largest
        ]


@dataclass(frozen=True)
class Ask:
    """One question above a report: a day, a month or one of ``choices``."""

    name: str
    title: str
    type: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Report:
    """``why`` and ``way`` are for whoever finds it empty; ``figures`` stand above the tables: title, text, address."""

    title: str
    note: str
    tables: tuple[Table, ...]
    asks: tuple[Ask, ...] = ()
    figures: tuple[tuple[str, str, str], ...] = ()
    nothing: str = "没有可以统计的资产"
    why: str = "换一段时间或换一张报表；没有管理职责的人员只统计自己名下的资产。"
    way: tuple[str, str] = ("", "")
    kept: Mapping[str, str] = field(default_factory=dict)
    """What else stands in the address beside the questions."""

    @property
    def is_empty(self) -> bool:
        return not any(table.lines for table in self.tables)

    @property
    def address(self) -> str:
        """The questions as asked, to be followed by what it is taken away as."""
        return urlencode({**self.kept, **{ask.name: ask.value for ask in self.asks if ask.value}})

    @property
    def in_words(self) -> str:
        """For paper: what was asked."""
        said = (f"{ask.title} {dict(ask.choices).get(ask.value, ask.value)}" for ask in self.asks if ask.value)
        return "，".join(said)


def listed(name: str, **wanted: Any) -> str:
    """The address of a list narrowed to what was counted; several values of one name are alternatives."""
    given = {
        key: [str(one) for one in value] if isinstance(value, (tuple, list)) else str(value)
        for key, value in wanted.items()
        if value not in (None, "")
    }
    return f"{reverse(f'asset:{name}-list')}?{urlencode(given, doseq=True)}"


def count(title: str, *, is_summed: bool = True) -> Column:
    return Column(title, Kind.COUNT, is_summed)


def money(title: str, *, is_summed: bool = True) -> Column:
    return Column(title, Kind.MONEY, is_summed)
