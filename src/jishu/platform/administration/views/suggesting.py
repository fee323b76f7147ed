"""Suggestions under a box where a person or unit is named."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse

from jishu.platform.identity.api import Actor, open_units, people_listed_for, units_visible_to, written
from jishu.platform.lib.search import matching
from jishu.platform.lib.text import normalise
from jishu.platform.web.api import page

SUGGESTED = 10


@page("identity.view_person")
def suggest_people(request: HttpRequest, actor: Actor) -> JsonResponse:
    """By name, the first letters of its pinyin, or staff number; only such as the actor may see."""
    rows = people_listed_for(actor)
    found = [
        {"value": written(one), "about": f"{one.unit_name or ''} {one.post or ''}".strip()}
        for one in _found(rows, request.GET.get("q", ""))
    ]
    return JsonResponse({"suggestions": found})


@page("identity.view_unit")
def suggest_units(request: HttpRequest, actor: Actor) -> JsonResponse:
    rows = open_units(units_visible_to(actor)).select_related("parent")
    found = [
        {"value": written(one), "about": one.parent.short_name if one.parent else one.get_kind_display()}
        for one in _found(rows, request.GET.get("q", ""))
    ]
    return JsonResponse({"suggestions": found})


def _found(rows: "QuerySet[Any]", typed: str) -> "QuerySet[Any]":
    term = normalise(typed)
    return rows.filter(Q(code__startswith=term) | matching("search", term) if term else Q())[:SUGGESTED]
