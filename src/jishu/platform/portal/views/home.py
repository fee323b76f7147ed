"""首页: what waits for me, what I asked for, what I often need."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishu.platform.identity.api import Actor
from jishu.platform.portal import selectors
from jishu.platform.web.api import page
from jishu.platform.workflow.api import waiting_elsewhere


@page()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {
        "waiting": selectors.waiting_for(actor),
        "others": waiting_elsewhere(actor)[: selectors.LISTED],
        "asked": selectors.asked_by(actor),
        "quick": selectors.quick_items(actor),
        "notices": selectors.news_for(actor),
        "risks": selectors.risks_for(actor),
        "figures": selectors.figures_for(actor),
    }
    return render(request, "portal/home.html", context)
