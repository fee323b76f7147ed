"""Hand-written pages of the asset system."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jishu.platform.identity.api import Actor
from jishu.platform.lib.text import normalise
from jishu.platform.web.api import page

from . import selectors


@page("asset.view_card")
def scan(request: HttpRequest, actor: Actor) -> HttpResponse:
    """From the code on a label to the card, in one step."""
    code = normalise(request.GET.get("code", ""))[:80]
    found = list(selectors.cards_visible_to(actor).filter(number=code).order_by("id")[:11]) if code else []
    if len(found) == 1:
        return redirect("asset:card-detail", uid=found[0].uid)
    return render(request, "asset/scan.html", {"code": code, "found": found}, status=404 if code and not found else 200)
