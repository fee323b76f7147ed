"""指标: what the systems count, unit by unit, each figure leading to the rows it was counted from."""

from datetime import date
from io import BytesIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jishu.platform.contract import Better, Period
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.tabular.export import write_xlsx
from jishu.platform.web.api import page

from .reading import Reading, metrics_open_to, read

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WISHED = {Better.UP: "越高越好", Better.DOWN: "越低越好", Better.NEITHER: ""}


@require_safe
@page("insight.view_metric")
def figures(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?metric=CODE opens one; the days narrow what is counted."""
    period = Period(_day(request, "since", today().replace(month=1, day=1)), _day(request, "until", today()))
    readings = [read(actor, system, metric, period) for system, metric in metrics_open_to(actor)]
    code = request.GET.get("metric", "")
    shown = next((one for one in readings if one.metric.code == code), readings[0] if readings else None)
    if shown is not None and request.GET.get("as") == "xlsx":
        return _workbook(shown, period)
    context = {
        "readings": readings,
        "shown": shown,
        "wished": WISHED[shown.metric.better] if shown is not None else "",
        "since": period.since,
        "until": period.until,
    }
    return render(request, "insight/figures.html", context)


def _workbook(shown: Reading, period: Period) -> HttpResponse:
    into, share = BytesIO(), shown.is_share
    titles = ("单位", "指标值（%）", "其中", "总数") if share else ("单位", f"指标值（{shown.metric.measure}）")
    rows = [
        (one.unit, *((_percent(one.told), one.figure.value, one.figure.whole) if share else (one.figure.value,)))
        for one in shown.lines
    ]
    total = (_percent(shown.told), shown.total.value, shown.total.whole) if share else (shown.total.value,)
    write_xlsx(into, titles, [*rows, ("合计", *total)], title=shown.metric.name)
    answer = HttpResponse(into.getvalue(), content_type=XLSX)
    name = f"{shown.metric.name} {period.since} 至 {period.until}.xlsx"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _percent(told: str) -> str:
    return told.removesuffix("%")


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise
