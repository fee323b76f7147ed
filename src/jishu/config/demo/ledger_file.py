"""Writes a ledger as a file: a workbook as Excel leaves it behind, or the GB18030 text an old system exports."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from .clerk import Above, Formula
from .ledger import Ledger

_HEADER_LINE = 2


def write_ledger(ledger: Ledger, path: Path) -> None:
    """The ending decides: .csv, or else a workbook."""
    if path.suffix.lower() == ".csv":
        _write_text(ledger, path)
    else:
        _write_workbook(ledger, path)


def _write_workbook(ledger: Ledger, path: Path) -> None:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d"}) as book:
        notes = book.add_worksheet("填表说明")
        for at, sentence in enumerate(("本表由各单位资产管理员填写，一物一行。", "金额单位为元，日期填写购置日期。")):
            notes.write_string(at, 0, sentence)
        sheet = book.add_worksheet("固定资产台账")
        head = book.add_format({"bold": True, "align": "center", "border": 1, "text_wrap": True})
        width = len(ledger.lines[0])
        sheet.merge_range(
            0, 0, 0, width - 1, ledger.title, book.add_format({"bold": True, "align": "center", "size": 16})
        )
        sheet.merge_range(1, 0, 1, width - 1, ledger.lead)
        for at, line in enumerate(ledger.lines, _HEADER_LINE):
            for column, cell in enumerate(line):
                _write_cell(sheet, at, column, cell, head if at == _HEADER_LINE else None)
        for top, bottom, column in _merges(ledger.lines):
            text = ledger.lines[top][column]
            sheet.merge_range(top + _HEADER_LINE, column, bottom + _HEADER_LINE, column, text)


def _write_cell(sheet: Any, line: int, column: int, cell: Any, form: Any) -> None:
    if cell is None or cell is Above:
        return
    if isinstance(cell, Formula):
        sheet.write_formula(line, column, cell.text, form, cell.result)
    elif isinstance(cell, str):
        sheet.write_string(line, column, cell, form)  # also what begins with "=": offices type such things
    elif isinstance(cell, date):
        sheet.write_datetime(line, column, cell)
    else:
        sheet.write_number(line, column, cell)


def _merges(lines: Sequence[Sequence[Any]]) -> list[tuple[int, int, int]]:
    """First line, last line and column of every cell that runs over several lines."""
    last: dict[tuple[int, int], int] = {}
    tops: dict[int, int] = defaultdict(int)
    for at, line in enumerate(lines):
        for column, cell in enumerate(line):
            if cell is Above:
                last[tops[column], column] = at
            else:
                tops[column] = at
    return [(top, bottom, column) for (top, column), bottom in last.items()]


def _write_text(ledger: Ledger, path: Path) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([[ledger.title], [ledger.lead]])
        above: list[Any] = []
        for line in ledger.lines:
            cells = [_plain(above[at] if cell is Above else cell) for at, cell in enumerate(line)]
            writer.writerow(cells)
            above = cells


def _plain(cell: Any) -> Any:
    """Text files know neither formulas nor dates."""
    if isinstance(cell, Formula):
        return cell.result
    return f"{cell:%Y/%m/%d}" if isinstance(cell, date) else cell
