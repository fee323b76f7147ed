"""Read a ledger file without trusting it: the parsing happens in a bounded child process."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from threading import Timer
from typing import IO, Any

from . import refusals
from .layout import lay_out
from .limits import Limits
from .sheet import Cell, Flaw, Grid, Note, Row, Sheet

_DEFAULT = Limits()
_STOPPED_BY = {-9: refusals.TooSlow, -24: refusals.TooSlow, -6: refusals.TooCostly}
_FROM_TEXT: dict[str, Callable[[str], Cell]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "flaw": Flaw,
}


def read_sheet(
    path: Path | str, *, sheet: str | None = None, titles: frozenset[str] = frozenset(), limits: Limits = _DEFAULT
) -> Sheet:
    """The named worksheet, or the first visible one with content.

    ``titles`` are column titles to expect; they make finding the header row sure.
    """
    return lay_out(read_grid(path, sheet=sheet, limits=limits), titles)


def read_grid(path: Path | str, *, sheet: str | None = None, limits: Limits = _DEFAULT) -> Grid:
    """The worksheet as it stands, without looking for headers."""
    size = Path(path).stat().st_size
    if size > limits.file_bytes:
        raise refusals.FileTooLarge(f"文件有{size / 1048576:.1f}MB，超过{limits.file_bytes / 1048576:.0f}MB的限制。")
    with _child(Path(path), sheet, limits) as answers:
        head: dict[str, Any] = {}
        rows: list[Row] = []
        same: dict[str, str] = {}  # ledgers repeat themselves: each text is kept once
        for answer in answers:
            if "refused" in answer:
                raise refusals.BY_NAME[answer["refused"]](answer["message"])
            rows += [Row(number, _cells(cells, same)) for number, cells in answer.pop("rows", ())]
            head |= answer
    return Grid(
        name=head["sheet"],
        rows=rows,
        merges=tuple(tuple(merge) for merge in head["merges"]),
        is_1904=head["is_1904"],
        notes=tuple(Note(*note) for note in head["notes"]),
    )


@contextmanager
def _child(path: Path, sheet: str | None, limits: Limits) -> Iterator[Iterator[dict[str, Any]]]:
    order = json.dumps({"path": str(path.resolve()), "sheet": sheet, "limits": asdict(limits)})
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "jishu.platform.lib.tabular.child", order],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    overdue = Timer(limits.wall_seconds, child.kill)
    overdue.start()
    try:
        assert child.stdout is not None
        yield _answers(child, child.stdout, limits)
    finally:
        overdue.cancel()
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def _answers(child: "subprocess.Popen[bytes]", lines: IO[bytes], limits: Limits) -> Iterator[dict[str, Any]]:
    """The child's answers up to its last word; without one, why it fell silent."""
    received = 0
    for line in lines:
        received += len(line)
        if received > limits.text_bytes:
            raise refusals.TooMuchContent
        answer = json.loads(line)
        yield answer
        if answer.get("last"):
            return
    raise _STOPPED_BY.get(child.wait(), refusals.Damaged)


def _cells(cells: list[Any], same: dict[str, str]) -> tuple[Cell, ...]:
    """JSON has no dates and no flaws: those come as {"date": "2024-03-05"}."""
    return tuple(
        same.setdefault(cell, cell) if type(cell) is str else _unwrapped(cell) if type(cell) is dict else cell
        for cell in cells
    )


def _unwrapped(cell: dict[str, str]) -> Cell:
    ((kind, text),) = cell.items()
    return _FROM_TEXT[kind](text)
