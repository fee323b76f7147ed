"""The service hall and its guides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishu.platform.contract import item
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Missing
from jishu.platform.portal import hall as service_hall
from jishu.platform.web.api import page


@page()
def hall(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:100]
    offers = service_hall.offers_for(actor, asked)
    context = {"asked": asked, "offers": offers, "categories": service_hall.by_category(offers)}
    return render(request, "portal/hall.html", context)


@page()
def guide(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """办事指南, made from what the item declares."""
    try:
        found = item(code)
    except KeyError:
        raise Missing("没有这个事项,它可能已经停办。请到服务大厅查找。") from None
    steps = service_hall.guide_steps(found, actor.agency)
    context = {"item": found, "steps": steps, "may_apply": actor.may(found.permission)}
    return render(request, "portal/guide.html", context)
