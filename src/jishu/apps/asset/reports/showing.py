"""One report on the screen, as a workbook and on paper: all three say the same."""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from jishu.apps.asset.charts import bars
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.tabular.export import SheetWriter
from jishu.platform.lib.typesetting import typeset

from .table import Kind, Report, Table

_SHEET = Path(__file__).parent / "sheets/report.typ"
ON_PAPER = 600
# Beyond so many columns a sheet lies on its side.
UPRIGHT = 6
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
WAYS = ("xlsx", "pdf")


def show(
    request: HttpRequest, report: Report, *, template: str = "asset/reports/report.html", **context: Any
) -> HttpResponse:  # fmt: skip
    drawn = [(table, bars(table.bars, title=table.question)) for table in report.tables]
    return render(request, template, {"report": report, "tables": drawn, **context})


def taken_away(report: Report, actor: Actor, way: str) -> HttpResponse:
    """``way`` is one of WAYS."""
    if way == "xlsx":
        return as_file(report.title, workbook(report), XLSX, "xlsx")
    return as_file(report.title, paper(report, actor), PDF, "pdf")


def workbook(report: Report) -> bytes:
    """Every line; each table on a sheet of its own."""
    into = BytesIO()
    first, *others = report.tables
    with SheetWriter(into, title=first.title) as writer:
        _fill(writer, first)
        for table in others:
            writer.turn(table.title)
            _fill(writer, table)
    return into.getvalue()


def _fill(writer: SheetWriter, table: Table) -> None:
    writer.add_header(table.titles)
    for line in table.lines:
        writer.add((line.name, *(cell.value for cell in line.cells)))


def paper(report: Report, actor: Actor) -> bytes:
    values = {
        "title": report.title,
        "unit": str(actor.agency or ""),
        "note": report.note,
        "asked": report.in_words,
        "figures": [f"{title} {text}" for title, text, _ in report.figures],
        "lies": any(len(table.columns) > UPRIGHT for table in report.tables),
        "tables": [_on_paper(table, len(report.tables) > 1) for table in report.tables if table.lines],
    }
    return typeset(_SHEET, values, at=now(), fonts=settings.HOME / "fonts")


def _on_paper(table: Table, is_titled: bool) -> dict[str, Any]:
    rows = [[line.name, *(cell.text for cell in line.cells)] for line in table.lines[:ON_PAPER]]
    return {
        "title": table.title if is_titled else "",
        "columns": list(table.titles),
        "figures": [False, *(column.kind is not Kind.TEXT for column in table.columns)],
        "rows": rows,
        "total": ["合计", *(cell.text for _, cell in table.total)] if table.total else [],
        "note": table.note,
        "cut": len(table.lines) > ON_PAPER,
    }


def as_file(title: str, content: bytes, kind: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    name = f"{title} {today()}.{ending}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
