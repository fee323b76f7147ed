"""Pages of the pool: what it has saved, and taking a listing back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from jishu.apps.asset.reports import showing
from jishu.apps.asset.reports.asking import Asked
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

from . import reporting, selectors, services


@require_safe
@page(selectors.VIEW)
def pool_saved(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How much need not be bought, this year or in the days asked for; every bar opens its rows."""
    report = reporting.saved(Asked(actor, request.GET))
    way = request.GET.get("as", "")
    return showing.taken_away(report, actor, way) if way in showing.WAYS else showing.show(request, report)


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
