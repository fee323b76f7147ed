"""The child process that opens files from outside. Bounds itself first, then answers in JSON lines on stdout."""

import csv
import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from .content import Content, kind_of
from .delimited import read_delimited
from .limits import Limits
from .refusals import CellTooLong, TooCostly, TooManyColumns, TooManyRows, TooMuchContent, UnreadableFile
from .workbook import read_workbook

_BATCH = 100_000  # cells and characters


def main() -> None:
    order = json.loads(sys.argv[1])
    limits = Limits(**order["limits"])
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _answer_all(_open(Path(order["path"]), order["sheet"], limits), limits)
    except UnreadableFile as refused:
        _say({"refused": type(refused).__name__, "message": refused.message, "last": True})
    except MemoryError:
        _say({"refused": TooCostly.__name__, "message": "", "last": True})


def _open(path: Path, sheet: str | None, limits: Limits) -> Content:
    if kind_of(path) != "text":
        return read_workbook(path, sheet, limits)
    csv.field_size_limit(limits.cell_characters * 4)
    return read_delimited(path)


def _answer_all(content: Content, limits: Limits) -> None:
    _say({"sheet": content.name, "merges": content.merges, "is_1904": content.is_1904})
    batch: list[tuple[int, list[Any]]] = []
    size = 0
    for number, row, length in _within(content, limits):
        batch.append((number, row))
        size += length + len(row)
        if size > _BATCH:
            _say({"rows": batch})
            batch, size = [], 0
    _say({"rows": batch, "notes": content.notes, "last": True})


def _within(content: Content, limits: Limits) -> Iterator[tuple[int, list[Any], int]]:
    """Rows that hold something, cut after their last filled cell, with the length of their text; none beyond limits."""
    kept = cells = characters = 0
    for number, row in content.rows:
        width = next((at for at in range(len(row), 0, -1) if row[at - 1] not in ("", None)), 0)
        if not width:
            continue
        if width > limits.columns:
            raise TooManyColumns(f"第{number}行有{width}列，超过{limits.columns}列的限制，请删去与导入无关的列。")
        lengths = [len(cell) for cell in row[:width] if type(cell) is str]
        if max(lengths, default=0) > limits.cell_characters:
            raise CellTooLong(f"第{number}行有单元格超过{limits.cell_characters}个字，请核对。")
        kept, cells, characters = kept + 1, cells + width, characters + sum(lengths)
        if kept > limits.rows:
            raise TooManyRows(f"表格超过{limits.rows}行，请拆分后分别导入。")
        if cells > limits.cells or characters > limits.text_bytes:
            raise TooMuchContent
        yield number, [None if cell == "" else cell for cell in row[:width]], sum(lengths)


def _say(answer: dict[str, Any]) -> None:
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), default=_wrapped)
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()


def _wrapped(cell: date | time | timedelta) -> dict[str, str] | str:
    match cell:
        case datetime():
            return {"datetime": cell.isoformat()}
        case date():
            return {"date": cell.isoformat()}
        case time():
            return {"time": cell.isoformat()}
        case timedelta():
            return str(cell)


if __name__ == "__main__":
    main()
