"""The list: search, filters as chips in the address, order, pages by keyset, honest count."""

from functools import cache
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from jishu.platform.contract import Resource, entrance
from jishu.platform.identity.api import Actor
from jishu.platform.lib.text import normalise
from jishu.platform.resource.addresses import address
from jishu.platform.resource.bringing import modes_for
from jishu.platform.resource.bulk import actions_for, applications_for
from jishu.platform.resource.choosing import COLUMNS, chosen
from jishu.platform.resource.habits import EVERYTHING, MARK_COOKIE, VIEW, habits_of
from jishu.platform.resource.listing import Listing, listing
from jishu.platform.resource.narrowing import (
    EMPTY,
    FROM,
    HAS,
    TO,
    Ask,
    Question,
    names_of,
    questions_of,
    rows_to_choose,
)
from jishu.platform.resource.paging import Cursor
from jishu.platform.resource.table import address_with, address_without_value, body_of, head_of, layout_of
from jishu.platform.resource.tabs import DENSE_COOKIE, tabs_of, understood

ROWS = 50
SUGGESTED = 20


def browse(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponseBase:
    """The whole page, or, asked by htmx for its table alone, only that."""
    habits = habits_of(actor, resource, request.COOKIES.get(MARK_COOKIE, ""))
    if habits.first is not None and not request.GET:
        return redirect(f"{request.path}{habits.first.address}")
    given, notes = understood(resource, habits, request.GET)
    shown = listing(resource, actor, given)
    columns = chosen(resource, given.get(COLUMNS, "") or habits.columns)
    actions = [(action.title, address(resource, f"bulk-{action.name}")) for action in actions_for(actor, resource)]
    actions += applications_for(actor, resource)
    layout = layout_of(resource, columns.keys, bool(actions))
    page = shown.page(given.get("cursor", ""), size=ROWS, paths=layout.paths)
    here = address_with(given)
    taken = address_with(given, **({COLUMNS: columns.text} if columns.keys else {}))
    context = {
        "resource": resource,
        "head": head_of(shown, layout, given),
        "body": body_of(layout, page),
        "chips": _chips(shown, given),
        "problems": [*shown.narrowed.problems.values(), *notes],
        "previous": _turned(shown, page.previous, given),
        "next": _turned(shown, page.next, given),
        "count": shown.count(page),
        "export": f"{address(resource, 'export')}{taken}",
        "print": f"{address(resource, 'print')}{taken}",
        "choose": f"{address(resource, 'columns')}{here}",
        "keep": f"{address(resource, 'views')}{here}",
        "tabs": tabs_of(habits, given),
        "everything": f"{request.path}?{VIEW}={EVERYTHING}" if habits.first else request.path,
        "actions": actions,
        "here": here.removeprefix("?"),
        "is_dense": request.COOKIES.get(DENSE_COOKIE) == "1",
    }
    if request.headers.get("HX-Target") == "rows":
        response = render(request, "resource/_rows.html", context)
        response.headers["HX-Push-Url"] = f"{request.path}{address_with(given, without=())}"
    else:
        response = render(request, "resource/list.html", context | _tools(shown, actor, given))
    patch_vary_headers(response, ["HX-Target"])
    return response


def choices(request: HttpRequest, actor: Actor, resource: Resource, key: str) -> HttpResponse:
    """What a filter may be answered with, as options under its input while the person types."""
    question = next((one for one in questions_of(resource) if one.key == key and one.ask is Ask.NAMED), None)
    if question is None:
        raise Http404
    rows = rows_to_choose(question, actor)
    names = names_of(rows.model)
    term = normalise(request.GET.get(key, ""))
    either = Q()
    for name in names:
        either |= Q(**{f"{name}__contains": term})
    found = rows.filter(either if term else Q())[:SUGGESTED] if names else ()
    options = ((getattr(row, names[0]), str(row)) for row in found)
    return HttpResponse(format_html_join("", '<option value="{}">{}</option>', options))


def _chips(shown: Listing, given: QueryDict) -> list[dict[str, str]]:
    return [
        {
            "title": chip.title,
            "text": chip.text,
            "without": address_without_value(given, chip.parameter, chip.value),
        }
        for chip in shown.narrowed.chips
    ]


def _turned(shown: Listing, cursor: Cursor | None, given: QueryDict) -> str:
    return address_with(given, cursor=cursor.sealed(shown.place)) if cursor else ""


def _tools(shown: Listing, actor: Actor, given: QueryDict) -> dict[str, Any]:
    """What stands around the table and does not change with it."""
    resource = shown.resource
    return {
        "entrance": _entrance(resource, actor),
        "term": shown.narrowed.term,
        "questions": [_drawn(one, resource, given) for one in questions_of(resource)],
        "add": address(resource, "add") if _may(actor, resource.create) and resource.form else "",
        "bring_in": address(resource, "import") if modes_for(resource, actor) else "",
    }


def _entrance(resource: Resource, actor: Actor) -> dict[str, str]:
    page = entrance(resource)
    if page is None or (page.permission and not actor.may(page.permission)):
        return {}
    return {"title": page.title, "url": reverse(f"{resource.app}:{page.name}")}


def _may(actor: Actor, service: Any) -> bool:
    return service is not None and actor.may(service.permission)


def _drawn(question: Question, resource: Resource, given: QueryDict) -> SafeString:
    if any(given.getlist(parameter) for parameter in question.parameters):
        return _question(question, resource, given)
    return _unanswered(resource, question.key)


@cache
def _unanswered(resource: Resource, key: str) -> SafeString:
    """The same for everyone, and most lists are looked at without any answer."""
    question = next(one for one in questions_of(resource) if one.key == key)
    return _question(question, resource, QueryDict())


def _question(question: Question, resource: Resource, given: QueryDict) -> SafeString:
    return render_to_string("resource/_question.html", {"one": _input(question, resource, given)})


def _input(question: Question, resource: Resource, asked: QueryDict) -> dict[str, Any]:
    """A filter as the template draws it; ``options``: code, title, whether it is chosen."""
    given = {parameter: asked.getlist(parameter) for parameter in question.parameters}
    chosen = given.get(question.key, [])
    span = [name for name in (f"{question.key}{FROM}", f"{question.key}{TO}") if name in given]
    has, empty = f"{question.key}{HAS}", f"{question.key}{EMPTY}"
    plain = [name for name in given if name == question.key and not question.is_number]
    match question.ask:
        case Ask.CHOICE:
            options = [(str(code), title, str(code) in chosen) for code, title in question.choices.items()]
        case Ask.BOOLEAN:
            options = [(code, title, code in chosen) for code, title in (("1", "是"), ("0", "否"))]
        case _:
            options = []
    return {
        "key": question.key,
        "title": question.title,
        "options": options,
        "ask": question.ask.value,
        "hint": "编号或名称" if question.ask is Ask.NAMED else "等于" if question.is_text else "",
        "is_span": question.ask is Ask.DATES,
        "texts": [(parameter, next(iter(given[parameter]), "")) for parameter in plain],
        "span": [(parameter, next(iter(given[parameter]), "")) for parameter in span],
        "has": (has, next(iter(given[has]), "")) if has in given else None,
        "empty": (empty, given[empty][:1]) if empty in given else None,
        "choices": address(resource, "choices", key=question.key) if question.ask is Ask.NAMED else "",
    }
