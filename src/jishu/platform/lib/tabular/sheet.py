"""What a ledger looks like once it has been read."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import NamedTuple


class Flaw(NamedTuple):
    """A cell without a usable value: an Excel error such as #N/A, or a formula that was never calculated."""

    shown: str

    @property
    def is_uncalculated(self) -> bool:
        return not self.shown.startswith("#")


Cell = str | int | float | bool | date | time | Flaw | None
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows as people count them, columns from 0."""


class Row(NamedTuple):
    """One line; ``number`` is the one Excel shows at the left."""

    number: int
    cells: tuple[Cell, ...]


class Note(NamedTuple):
    """Something the reader decided that the person should know."""

    row: int | None
    text: str


@dataclass(frozen=True)
class Grid:
    """A worksheet as it stands: rows that hold anything, in order."""

    name: str
    rows: list[Row]
    merges: tuple[Merge, ...] = ()
    is_1904: bool = False
    """Bare numbers count days from 1904, as old Mac workbooks do."""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A worksheet understood: headers, and the rows below them that are data."""

    name: str
    header_row: int
    headers: tuple[str, ...]
    rows: list[Row]
    notes: tuple[Note, ...] = ()
    is_1904: bool = False
    money_unit: str = ""
    """万元, where a line above the table says so for all its amounts."""
    column_units: dict[int, str] = field(default_factory=dict)
    """Units given in a line of their own below the headers, by column."""

    @property
    def cell_count(self) -> int:
        return sum(len(row.cells) for row in self.rows)
