"""The form of a delivery, and taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from jishu.apps.asset.models import Acceptance
from jishu.apps.asset.purchase.selectors import purchases_to_receive
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import form_for, page

from . import services
from .contract import ACCEPTED
from .selectors import acceptances_visible_to


@require_http_methods(["GET", "HEAD", "POST"])
@page(services.ADD)
def accept(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Nothing typed is lost when something is wrong."""
    initial = {"unit": actor.agency, "accepted_on": today(), "accepted_by": actor.person, "keeper": actor.person}
    initial |= _bought(actor, request.GET.get("purchase", ""))
    form = form_for(ACCEPTED, actor, request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            done = services.accept(actor, **form.cleaned_data)
        except (Refused, Missing):
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"已入库，{done.quantity} 件资产各有了卡片和编号；下一步可打印标签。")
            return redirect("asset:acceptance-detail", uid=done.uid)
    return render(request, "asset/acceptance/new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@page(services.ADD)
def settle_acceptance(request: HttpRequest, actor: Actor) -> HttpResponse:
    """do=undo takes the delivery back, do=book notes the voucher."""
    row = _named(actor, request.POST.get("acceptance", ""))
    try:
        if request.POST.get("do") == "undo":
            services.undo(actor, acceptance=row)
            told = "已撤销入库，卡片已收回；验收单留作记录。"
        else:
            services.book(actor, acceptance=row, voucher_number=request.POST.get("voucher_number", "").strip()[:40])
            told = "已记下凭证号。"
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return redirect("asset:acceptance-detail", uid=row.uid)


def _bought(actor: Actor, text: str) -> dict[str, Any]:
    """The rest of an approved purchase, ready to be taken in."""
    try:
        line = purchases_to_receive(actor).filter(uid=UUID(text)).select_related("unit").first()
    except ValueError:
        return {}
    if line is None:
        return {}
    row = {
        "category": str(line.category.uid), "name": line.name, "spec": line.spec, "quantity": line.left,
        "total": str(line.left * line.price), "purchase": str(line.uid),
    }  # fmt: skip
    return {"unit": line.unit, "source": "purchase", "lines": [row]}


def _named(actor: Actor, text: str) -> Acceptance:
    try:
        found = acceptances_visible_to(actor, services.ADD).filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
