"""The two lists an office must be able to show: what can be asked for, and what data is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishu.platform.catalog import api as catalog
from jishu.platform.identity.api import Actor
from jishu.platform.web.api import page


@page()
def item_catalog(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "portal/item_catalog.html", {"items": catalog.item_list()})


@page()
def resource_catalog(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "portal/resource_catalog.html", {"resources": catalog.resource_list()})
