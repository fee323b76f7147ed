"""Rows out, as CSV or XLSX, streamed, and harmless when opened: no cell becomes a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import xlsxwriter

from jishu.platform.lib.clock import ZONE

from .sheet import Flaw

_BOM = b"\xef\xbb\xbf"
_BATCH = 500
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST_TEXT = 32_767
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET_NAME = 31
_EARLIEST = date(1900, 3, 1)  # Excel miscounts the days before


@dataclass(frozen=True)
class Imprint:
    """Whose copy a file is: printed at the foot of every page, kept in the properties of the file."""

    title: str
    number: str
    who: str
    at: str


def csv_stream(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """CSV as Excel in China opens it: UTF-8 with mark, CRLF."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_guarded(title) for title in titles])
    yield _BOM
    for count, row in enumerate(rows, 1):
        writer.writerow([_for_csv(value) for value in row])
        if count % _BATCH == 0:
            yield _emptied(buffer)
    yield _emptied(buffer)


def write_xlsx(
    to: Path | IO[bytes],
    titles: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
    imprint: Imprint | None = None,
) -> int:
    """Write one sheet with frozen, filterable titles; answers the number of rows."""
    count = 0
    with SheetWriter(to, title=title) as writer:
        if imprint:
            writer.imprint(imprint)
        writer.add_header(titles)
        for count, row in enumerate(rows, 1):  # noqa: B007 - the count is the answer
            writer.add(row)
    return count


class SheetWriter:
    """A worksheet, or several one after the other, written line by line in constant memory."""

    def __init__(self, to: Path | IO[bytes], *, title: str, is_1904: bool = False) -> None:
        target = str(to) if isinstance(to, Path) else to
        self._book = xlsxwriter.Workbook(target, {"constant_memory": True, "date_1904": is_1904})
        self.turn(title)
        self._bold = self._book.add_format({"bold": True, "bg_color": "#EEF2F7", "border": 1, "text_wrap": True})
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        # Shown as typed even after the cell is edited: Excel's own apostrophe.
        self._quoted = self._book.add_format({"quote_prefix": True})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._book.close()

    def turn(self, title: str) -> None:
        """A new worksheet; those before are finished. Titles within one book differ."""
        name = _NOT_IN_SHEET_NAMES.sub(" ", title).strip("' ")[:_LONGEST_SHEET_NAME]
        self._sheet = self._book.add_worksheet(name or None)
        self._line = 0

    def imprint(self, of: Imprint) -> None:
        self._book.set_properties({"title": of.title, "author": of.who, "comments": f"{of.number} {of.at}"})
        # & begins a code of Excel's own; the longest footer it takes has 255 characters
        who = of.who.replace("&", "&&")[:60]
        self._sheet.set_footer(f"&L{of.number}&C{who} {of.at}&R第 &P 页，共 &N 页")
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)

    def add_header(self, titles: Sequence[str]) -> None:
        for column, title in enumerate(titles):
            self._sheet.set_column(column, column, min(max(2 * len(title) + 2, 10), 40))
        for column, title in enumerate(titles):
            self._sheet.write_string(self._line, column, title, self._bold)
        self._line += 1
        self._sheet.freeze_panes(self._line, 0)

    def add(self, values: Sequence[Any]) -> None:
        for column, value in enumerate(values):
            self._put(column, value)
        self._line += 1

    def _put(self, column: int, value: Any) -> None:
        match value:
            case None | "":
                return
            case bool():
                self._sheet.write_string(self._line, column, "是" if value else "否")
            case Decimal():
                self._sheet.write_number(self._line, column, float(value), self._money)
            case int() | float() if abs(value) < 10**15:
                self._sheet.write_number(self._line, column, value)
            case datetime():
                self._sheet.write_datetime(self._line, column, _local(value), self._instant)
            case date() if value >= _EARLIEST:
                self._sheet.write_datetime(self._line, column, datetime.combine(value, time()), self._date)
            case _:
                text = _as_text(value)[:_LONGEST_TEXT]
                self._sheet.write_string(self._line, column, text, self._quoted if _is_dangerous(text) else None)


def _local(at: datetime) -> datetime:
    return at.astimezone(ZONE).replace(tzinfo=None) if at.tzinfo else at


def _as_text(value: Any) -> str:
    return value.shown if isinstance(value, Flaw) else str(value)


def _is_dangerous(text: str) -> bool:
    return text.startswith(_DANGEROUS)


def _guarded(text: str) -> str:
    return "'" + text if _is_dangerous(text) else text


def _for_csv(value: Any) -> str | int | float | Decimal:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int() | float() | Decimal():
            return value
        case datetime():
            return f"{_local(value):%Y-%m-%d %H:%M}"
        case date() | time():
            return value.isoformat()
        case _:
            return _guarded(_as_text(value))


def _emptied(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")
