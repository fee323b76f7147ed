"""Saved views of a list: keep the one at hand, rename, order, share, delete and bring back."""

from secrets import token_hex
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.resource import keeping
from jishu.platform.resource.addresses import address
from jishu.platform.resource.choosing import COLUMNS, chosen, offered_cells, usual_cells
from jishu.platform.resource.forms import ViewForm
from jishu.platform.resource.habits import (
    EVERYTHING,
    MARK_COOKIE,
    VIEW,
    habits_of,
    kept_query,
    views_of,
    views_visible_to,
)
from jishu.platform.resource.models import SavedView
from jishu.platform.resource.narrowing import narrow
from jishu.platform.resource.tabs import DENSE_COOKIE

A_YEAR = 365 * 24 * 60 * 60
DELETED_SHOWN = 10
QUERY = "query"


def views(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    """The address of the list stands behind the question mark; it is what ``save`` and ``replace`` keep."""
    if request.method == "POST":
        return _done(request, actor, resource)
    return _page(request, actor, resource, ViewForm(actor=actor))


def columns(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    """Pick and order columns; the choice is remembered and stands in the address."""
    if request.method == "POST":
        return _columns_chosen(request, actor, resource)
    habits = habits_of(actor, resource, request.COOKIES.get(MARK_COOKIE, ""))
    keys = chosen(resource, request.GET.get(COLUMNS, "") or habits.columns).keys
    shown = keys or tuple(cell.key for cell in usual_cells(resource))
    by_key = {cell.key: cell for cell in offered_cells(resource)}
    ordered = [by_key[key] for key in shown] + [cell for key, cell in by_key.items() if key not in shown]
    context = {
        "resource": resource,
        "cells": [(cell, cell.key in shown) for cell in ordered],
        "is_dense": request.COOKIES.get(DENSE_COOKIE) == "1",
        QUERY: _address_of(request.GET),
        "back": f"{address(resource, 'list')}?{request.GET.urlencode()}",
    }
    return render(request, "resource/columns.html", context)


def _columns_chosen(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    asked = [] if "usual" in request.POST else request.POST.getlist(COLUMNS)
    text = chosen(resource, ",".join(asked)).text
    keeping.choose_columns(actor, declared=resource, columns=text)
    given = _given(request)
    given.pop(COLUMNS, None)
    if text:
        given[COLUMNS] = text
    response = redirect(f"{address(resource, 'list')}?{given.urlencode()}")
    response.set_cookie(DENSE_COOKIE, "1" if request.POST.get("dense") else "0", max_age=A_YEAR, samesite="Lax")
    return _marked(response)


def _done(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    deed = request.POST.get("deed", "")
    try:
        if deed in ("save", "change"):
            return _filled(request, actor, resource, deed)
        return _marked(_deed(request, actor, resource, deed))
    except keeping.TitleTaken as told:
        messages.error(request, told.message)
        return redirect(f"{address(resource, 'views')}?{_given(request).urlencode()}")


def _filled(request: HttpRequest, actor: Actor, resource: Resource, deed: str) -> HttpResponse:
    """Saving under a new name, or renaming and sharing."""
    form = ViewForm(request.POST, actor=actor)
    if form.is_valid():
        try:
            view = _kept(request, actor, resource, deed, form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"视图“{view.title}”已保存。")
            return _marked(redirect(_open(resource, view) if deed == "save" else address(resource, "views")))
    return _page(request, actor, resource, form, status=422)


def _kept(request: HttpRequest, actor: Actor, resource: Resource, deed: str, values: dict[str, Any]) -> SavedView:
    if deed == "save":
        return keeping.save_view(actor, declared=resource, query=kept_query(resource, _given(request)), **values)
    return keeping.change_view(actor, declared=resource, view=_named(request), **values)


def _deed(request: HttpRequest, actor: Actor, resource: Resource, deed: str) -> HttpResponse:
    uid = _named(request) if deed != "open-all" else None
    match deed, uid:
        case "replace", UUID():
            query = kept_query(resource, _given(request))
            return redirect(_open(resource, keeping.replace_view(actor, declared=resource, view=uid, query=query)))
        case "forward" | "back", UUID():
            keeping.move_view(actor, declared=resource, view=uid, by=-1 if deed == "forward" else 1)
        case "delete", UUID():
            gone = keeping.delete_view(actor, declared=resource, view=uid)
            messages.info(request, f"视图“{gone.title}”已删除，需要时可在本页下方恢复。")
        case "restore", UUID():
            keeping.restore_view(actor, declared=resource, view=uid)
        case "open" | "open-all", _:
            keeping.open_with(actor, declared=resource, view=uid)
        case _:
            raise Missing
    return redirect(address(resource, "views"))


def _page(request: HttpRequest, actor: Actor, resource: Resource, form: ViewForm, *, status: int = 200) -> HttpResponse:
    given = _given(request)
    own = views_of(actor, resource).select_related("unit")
    kept = list(own.filter(deleted_at=None).order_by("position", "id"))
    current = next((view for view in kept if str(view.uid) == given.get(VIEW)), None)
    habits = habits_of(actor, resource, request.COOKIES.get(MARK_COOKIE, ""))
    context = {
        "resource": resource,
        "form": form,
        "current": current if current and current.query != kept_query(resource, given) else None,
        "in_words": narrow(resource, actor, given).in_words,
        "own": [(view, _form_of(view, actor)) for view in kept],
        "shared": views_visible_to(actor, resource).exclude(person=actor.person_id).select_related("person"),
        "deleted": own.exclude(deleted_at=None).order_by("-deleted_at")[:DELETED_SHOWN],
        "opens": habits.opens,
        QUERY: _address_of(given),
        "list": f"{address(resource, 'list')}?{given.urlencode() or f'{VIEW}={EVERYTHING}'}",
    }
    return render(request, "resource/views.html", context, status=status)


def _form_of(view: SavedView, actor: Actor) -> ViewForm:
    return ViewForm(initial={"title": view.title, "unit": view.unit}, actor=actor, auto_id=f"{view.uid}-%s")


def _given(request: HttpRequest) -> QueryDict:
    """The address of the list that the page was opened from."""
    text = request.POST.get(QUERY, "") if request.method == "POST" else request.GET.urlencode()
    return QueryDict(text[:4000], mutable=True)


def _address_of(given: QueryDict) -> str:
    kept = given.copy()
    kept.pop("cursor", None)
    return kept.urlencode()


def _named(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get(VIEW, ""))
    except ValueError:
        raise Missing from None


def _open(resource: Resource, view: SavedView) -> str:
    return f"{address(resource, 'list')}?{VIEW}={view.uid}{f'&{view.query}' if view.query else ''}"


def _marked(response: HttpResponse) -> HttpResponse:
    """So that every process reads this person's views anew."""
    response.set_cookie(MARK_COOKIE, token_hex(8), max_age=A_YEAR, samesite="Lax", httponly=True)
    return response
