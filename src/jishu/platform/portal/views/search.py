"""One search over people, cases, pages, items and every searchable resource."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishu.platform.identity.api import Actor
from jishu.platform.portal.searching import everything_about
from jishu.platform.web.api import page

LONGEST = 64


@page()
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:LONGEST]
    found = everything_about(actor, asked) if asked else []
    return render(request, "portal/search.html", {"asked": asked, "found": found})
