"""The service hall and its guides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishu.platform.identity.api import Actor
from jishu.platform.portal import hall as service_hall
from jishu.platform.web.api import page
from jishu.platform.workflow.api import item_open_to


@page()
def hall(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:100]
    offers = service_hall.offers_for(actor, asked)
    context = {"asked": asked, "offers": offers, "categories": service_hall.by_category(offers)}
    return render(request, "portal/hall.html", context)


@page()
def guide(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """办事指南, made from what the item declares."""
    found = item_open_to(actor, code)
    steps = service_hall.guide_steps(found, actor.agency)
    context = {"item": found, "steps": steps, "may_apply": actor.may(found.permission)}
    return render(request, "portal/guide.html", context)
