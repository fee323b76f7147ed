"""The page of the reports, and what can be taken away from it."""

from datetime import date
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jishu.apps.asset.charts import Bar, bars
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.money import format_money
from jishu.platform.lib.tabular.export import write_xlsx
from jishu.platform.lib.typesetting import typeset
from jishu.platform.web.api import page

from .figures import KINDS, TITLES, Report

_SHEET = Path(__file__).parent / "sheets/report.typ"
BARS, ON_PAPER = 12, 600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@page("asset.view_card")
def reports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """``kind`` says which; the days matter to what came in only."""
    kind = request.GET.get("kind", "class")
    since, until = _day(request, "since", today().replace(month=1, day=1)), _day(request, "until", today())
    report = KINDS.get(kind, KINDS["class"])(actor, since, until)
    match request.GET.get("as", ""):
        case "xlsx":
            return _file(report, XLSX, "xlsx", _workbook(report))
        case "pdf":
            return _file(report, "application/pdf", "pdf", _paper(report, actor))
    largest = [Bar(line.name, float(line.value), format_money(line.value), line.url) for line in report.lines[:BARS]]
    context = {
        "report": report, "kinds": TITLES, "since": since, "until": until, "chart": bars(largest, title=report.title),
    }  # fmt: skip
    return render(request, "asset/reports/report.html", context)


def _workbook(report: Report) -> bytes:
    into = BytesIO()
    rows = ((line.name, *line.cells, line.count, line.value) for line in report.lines)
    write_xlsx(into, ("名称", *report.columns, "件数", "原值"), rows, title=report.title)
    return into.getvalue()


def _paper(report: Report, actor: Actor) -> bytes:
    values = {
        "title": report.title,
        "unit": str(actor.agency or ""),
        "note": report.note,
        "columns": ["名称", *report.columns, "件数", "原值"],
        "rows": [
            [line.name, *line.cells, str(line.count), format_money(line.value)] for line in report.lines[:ON_PAPER]
        ],
        "total": f"合计 {report.count} 件，原值 {format_money(report.value)}",
        "cut": len(report.lines) > ON_PAPER,
    }
    return typeset(_SHEET, values, at=now(), fonts=settings.HOME / "fonts")


def _file(report: Report, kind: str, ending: str, content: bytes) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    name = f"{report.title} {today()}.{ending}"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise
