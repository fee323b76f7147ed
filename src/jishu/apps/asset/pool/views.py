"""Pages of the pool: what it has saved, and taking a listing back."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from jishu.apps.asset.charts import Bar, bars
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.lib.money import format_money
from jishu.platform.web.api import page

from . import selectors, services


@require_safe
@page(selectors.VIEW)
def pool_saved(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How much need not be bought, this year or in the days asked for; every bar opens its rows."""
    since, until = _day(request, "since", today().replace(month=1, day=1)), _day(request, "until", today())
    figures = selectors.saved(since, until)
    rows = reverse("asset:poollisting-list")
    found = [
        Bar(
            one["allocated_to__short_name"], float(one["total"]), format_money(one["total"]),
            f"{rows}?{urlencode({'allocated_to': str(one['allocated_to__uid']), 'state': 'allocated'})}",
        )
        for one in figures["units"]
    ]  # fmt: skip
    context = {
        "figures": figures, "since": since, "until": until,
        "chart": bars(found[:12], title="各单位经公物仓调剂节约的资金"), "on_offer": services.State.LISTED.value,
    }  # fmt: skip
    return render(request, "asset/pool/saved.html", context)


@require_POST
@page(selectors.CHANGE)
def pool_withdraw(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        listing = selectors.listings_managed_by(actor).filter(uid=UUID(request.POST.get("listing", ""))).first()
    except ValueError:
        listing = None
    if listing is None:
        raise Missing
    try:
        services.withdraw(actor, listing=listing)
        messages.success(request, "已撤牌，资产可以重新领用。")
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("asset:poollisting-detail", uid=listing.uid)


def _day(request: HttpRequest, name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise
