"""Hand-written pages of consumables: moving stock, and who used how much."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from jishu.apps.asset.reports import showing
from jishu.apps.asset.reports.asking import Asked
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

from . import reporting, selectors, services
from .forms import MoveForm
from .models import SupplyItem

TAB = "库存与出入库"


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
@page(selectors.MOVES)
def supply_report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Per department and item; every line opens the movements it sums."""
    report = reporting.consumption(Asked(actor, request.GET, selectors.MOVES))
    way = request.GET.get("as", "")
    return showing.taken_away(report, actor, way) if way in showing.WAYS else showing.show(request, report)


def _item(actor: Actor, text: str) -> SupplyItem:
    try:
        found = selectors.items_managed_by(actor).select_related("unit").filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
