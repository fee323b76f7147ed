"""What became of each row, and the file that goes back with those that could not be taken."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .convert import Context, convert
from .export import SheetWriter
from .mapping import Mapping
from .sheet import Row, Sheet

Status = Literal["ok", "warn", "same", "error"]


@dataclass
class RowVerdict:
    """``row`` is the number Excel shows; ``values`` are typed and by column name."""

    row: int
    status: Status = "ok"
    messages: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def warn(self, message: str) -> None:
        self.messages.append(message)
        if self.status == "ok":
            self.status = "warn"

    def fail(self, message: str) -> None:
        self.messages.append(message)
        self.status = "error"


def judge(sheet: Sheet, mapping: Mapping) -> Iterator[RowVerdict]:
    """Convert every row by what matched. Units, people and the like stay text for the caller to look up."""
    readings = [(match, Context(match.scale, sheet.is_1904)) for match in mapping.matches]
    for number, cells in sheet.rows:
        verdict = RowVerdict(number)
        for match, context in readings:
            value, warning, error = convert(match.column, cells[match.index], context)
            verdict.values[match.column.name] = value
            if error:
                verdict.fail(f"{match.column.title}：{error}")
            elif warning:
                verdict.warn(f"{match.column.title}：{warning}")
        yield verdict


def refuse_repeated(verdicts: Iterable[RowVerdict], name: str, title: str) -> Iterator[RowVerdict]:
    """Fail every row whose value of ``name`` an earlier row already has."""
    first_at: dict[Any, int] = {}
    for verdict in verdicts:
        value = verdict.values.get(name)
        if value is not None and first_at.setdefault(value, verdict.row) != verdict.row:
            verdict.fail(f"{title}：“{value}”与第{first_at[value]}行重复。")
        yield verdict


def write_back(sheet: Sheet, verdicts: Iterable[RowVerdict], path: Path) -> int:
    """Write the failed rows as they were, with a 原因 column, so that they can be corrected and imported again."""
    failed = {verdict.row: verdict for verdict in verdicts if verdict.status == "error"}
    with SheetWriter(path, title=sheet.name, is_1904=sheet.is_1904) as writer:
        if sheet.money_unit:
            writer.add([f"单位：{sheet.money_unit}"])
        units = sheet.column_units
        writer.add_header([*(_with_unit(header, units.get(at)) for at, header in enumerate(sheet.headers)), "原因"])
        for row in sheet.rows:
            if row.number in failed:
                writer.add([*row.cells, _reason(row, failed[row.number])])
    return len(failed)


def _with_unit(header: str, unit: str | None) -> str:
    return f"{header}（{unit}）" if header and unit else header


def _reason(row: Row, verdict: RowVerdict) -> str:
    return f"原第{row.number}行 " + " ".join(verdict.messages)
