"""Hand-written pages of consumables: moving stock, and who used how much."""

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_http_methods, require_safe

from jishu.apps.asset.charts import Bar, bars
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.lib.tabular.export import write_xlsx
from jishu.platform.web.api import page

from . import selectors, services
from .forms import MoveForm
from .models import SupplyItem

TAB = "库存与出入库"
TITLES = ("单位", "处室", "物品", "规格型号", "领用数量", "计量单位", "金额")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@page(selectors.CHANGE)
def supply_move(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Stock in and out of one item; nothing typed is lost when it is refused."""
    item = _item(actor, request.POST.get("item") or request.GET.get("item", ""))
    form = MoveForm(request.POST if request.method == "POST" else None, actor=actor, item=item)
    if form.is_valid():
        try:
            _move(actor, item, dict(form.cleaned_data))
        except (Refused, Missing):
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            item.refresh_from_db()
            messages.success(request, f"已登记，现有 {item.on_hand} {item.measure}，可领 {item.free} {item.measure}。")
            return redirect(f"{reverse('asset:supplyitem-detail', args=[item.uid])}?{urlencode({'tab': TAB})}")
    status = 422 if form.errors else 200
    return render(request, "asset/supplies/move.html", {"item": item, "form": form, "tab": TAB}, status=status)


def _move(actor: Actor, item: SupplyItem, given: dict[str, Any]) -> None:
    do, place, quantity, note = (given[name] for name in ("do", "place", "quantity", "note"))
    match do:
        case "receive":
            services.receive(actor, item=item, place=place, quantity=quantity, price=given["price"], note=note)
        case "issue":
            services.issue(
                actor, item=item, place=place, quantity=quantity, department=given["department"],
                person=given["person"], note=note,
            )  # fmt: skip
        case "return":
            services.give_back(
                actor, item=item, place=place, quantity=quantity, department=given["department"], note=note
            )
        case "count":
            services.count_place(actor, item=item, place=place, counted=quantity, note=note)


@require_safe
@page("asset.view_supplymove")
def supply_report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Per department and item; every line opens the movements it sums."""
    since, until = _day(request, "since", today().replace(month=1, day=1)), _day(request, "until", today())
    rows = selectors.consumption(actor, since, until)
    if request.GET.get("as") == "xlsx":
        return _workbook(rows, since, until)
    sums: dict[str, float] = {}
    for row in rows:
        name = row["department__short_name"] or row["item__unit__short_name"]
        sums[name] = sums.get(name, 0.0) + float(row["cost"])
    largest = sorted(sums.items(), key=lambda one: -one[1])[:12]
    context = {
        "rows": rows,
        "since": since,
        "until": until,
        "chart": bars([Bar(name, value, f"¥{value:,.2f}") for name, value in largest], title="各处室领用金额"),
        "total": sum(row["cost"] for row in rows),
    }
    return render(request, "asset/supplies/report.html", context)


def _workbook(rows: list[dict[str, Any]], since: date, until: date) -> HttpResponse:
    into = BytesIO()
    lines = (
        (
            row["item__unit__short_name"], row["department__short_name"] or "", row["item__name"], row["item__spec"],
            row["used"], row["item__measure"], row["cost"],
        )
        for row in rows
    )  # fmt: skip
    write_xlsx(into, TITLES, lines, title="易耗品领用统计")
    answer = HttpResponse(into.getvalue(), content_type=SHEET)
    name = f"易耗品领用统计 {since} 至 {until}.xlsx"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise


def _item(actor: Actor, text: str) -> SupplyItem:
    try:
        found = selectors.items_managed_by(actor).select_related("unit").filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
