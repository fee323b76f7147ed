"""事项设计: drawing an item without code, seeing it as applicants will, and publishing it."""

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jishu.platform.contract import Field, Kind
from jishu.platform.identity.api import Actor, Unit, open_units
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.web.api import form_for, page, slice_of
from jishu.platform.workflow import drawing
from jishu.platform.workflow.design_forms import BasicsForm, CheckForm, FieldForm, basics_of, field_as_typed
from jishu.platform.workflow.design_models import DesignedItem, ItemEdition
from jishu.platform.workflow.designs import (
    MOST_COLUMNS,
    MOST_FIELDS,
    Design,
    flaws_of,
    from_stored,
    item_from,
    next_name,
)

NEW = "new"


@page("workflow.design_item")
def designs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Those of the units one designs for; and the form for a new one."""
    units = _units(actor)
    form = BasicsForm(request.POST or None)
    form.fields["unit"] = forms.ModelChoiceField(
        units, to_field_name="uid", label="适用单位", help_text="该单位及下属单位的人员可以办理。", empty_label="请选择"
    )
    if form.is_valid():
        unit = form.cleaned_data.pop("unit")
        try:
            made = drawing.begin(actor, unit=unit, design=form.drawn(None))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"已新建“{made.name}”，接下来添加填写项。")
            return redirect("workflow:design", uid=made.uid)
    context = {"slice": slice_of(request, drawing.designs_within(actor), order=("-id",)), "form": form}
    return render(request, "workflow/designs.html", context, status=422 if form.errors else 200)


@page("workflow.design_item")
def design(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    held = held_design(actor, uid)
    if request.method == "POST":
        return _done(request, actor, held)
    drawn = from_stored(held.draft)
    preview = form_for(drawn.fields, actor, initial=_prefilled(actor, held, drawn))
    context = {
        "held": held,
        "design": drawn,
        "preview": preview,
        "flaws": list(flaws_of(drawn)),
        "titles": {one.name: one.title for one in drawn.fields},
        "editions": ItemEdition.objects.filter(code=held.code).select_related("published_by").order_by("-version")[:20],
        "is_changed": held.edition is None or held.edition.body != held.draft,
    }
    return render(request, "workflow/designed.html", context)


@page("workflow.design_item")
def basics(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    held = held_design(actor, uid)
    drawn = from_stored(held.draft)
    form = BasicsForm(request.POST or None, initial=basics_of(drawn))
    if basics_of(drawn)["flow"] == "":
        form.fields["flow"].choices = [("", "保留现有流程"), *form.fields["flow"].choices]  # type: ignore[attr-defined]
        form.fields["flow"].required = False
    return _changed(request, actor, held, form, lambda: form.drawn(drawn), "基本信息")


@page("workflow.design_item")
def field(request: HttpRequest, actor: Actor, uid: UUID, place: str) -> HttpResponse:
    """``place``: f3, f3.c1 for a column, and new for one more of either."""
    held = held_design(actor, uid)
    drawn = from_stored(held.draft)
    table, _, column = place.partition(".")
    owner = _named(drawn.fields, table) if column else None
    row, name, most = (owner.columns, column, MOST_COLUMNS) if owner else (drawn.fields, table, MOST_FIELDS)
    above = () if owner else _above(row, name)
    old = None if name == NEW else _named(row, name)
    if old is None and len(row) >= most:
        messages.error(request, f"最多 {most} 项，请先删除不用的。")
        return redirect("workflow:design", uid=uid)
    known = {one.name: one for one in above}
    initial = field_as_typed(old, known) if old else {"required": True, "max_length": 200}
    form = FieldForm(above, request.POST or None, initial=initial, is_column=bool(column))

    def draw() -> Design:
        made = form.drawn(old, old.name if old else next_name("c" if column else "f", row))
        new = tuple(made if one is old else one for one in row) if old else (*row, made)
        if owner is None:
            return replace(drawn, fields=new)
        return replace(
            drawn, fields=tuple(replace(each, columns=new) if each is owner else each for each in drawn.fields)
        )

    return _changed(request, actor, held, form, draw, old.title if old else "添加列" if column else "添加填写项")


@page("workflow.design_item")
def checks(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    held = held_design(actor, uid)
    drawn = from_stored(held.draft)
    form = CheckForm(drawn.fields, request.POST or None)
    return _changed(
        request, actor, held, form, lambda: replace(drawn, checks=(*drawn.checks, form.drawn())), "添加比较"
    )


def _done(request: HttpRequest, actor: Actor, held: DesignedItem) -> HttpResponse:
    """A button of the page: move or delete something, publish, retire."""
    deed, _, place = request.POST.get("do", "").partition(":")
    revision = _revision(request)
    try:
        if deed == "publish":
            drawing.publish(actor, item=held.uid, revision=revision)
            messages.success(request, "已发布，适用单位的人员现在可以在服务大厅办理。")
        elif deed == "retire":
            drawing.retire(actor, item=held.uid, revision=revision)
            messages.success(request, "已停用，不再受理新的申请；在办的办件不受影响。")
        elif deed in _MOVES:
            drawn = _moved(from_stored(held.draft), deed, place)
            drawing.change(actor, item=held.uid, revision=revision, design=drawn)
        else:
            messages.error(request, "没有这项操作，请刷新页面后重试。")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("workflow:design", uid=held.uid)


_MOVES = ("up", "down", "to", "delete", "uncheck")


def _moved(drawn: Design, deed: str, place: str) -> Design:
    if deed == "uncheck":
        at = int(place) if place.isdecimal() and len(place) < 4 else -1
        return replace(drawn, checks=tuple(one for number, one in enumerate(drawn.checks) if number != at))
    what, _, to = place.partition(":")
    table, _, column = what.partition(".")
    if not column:
        return replace(drawn, fields=_shifted(drawn.fields, table, deed, to))
    owner = _named(drawn.fields, table)
    new = replace(owner, columns=_shifted(owner.columns, column, deed, to))
    return replace(drawn, fields=tuple(new if one is owner else one for one in drawn.fields))


def _shifted(row: tuple[Field, ...], name: str, deed: str, to: str) -> tuple[Field, ...]:
    """``to``: before which of the present ones it is dropped."""
    one = _named(row, name)
    rest = [each for each in row if each is not one]
    at = row.index(one)
    if deed == "to":
        wanted = int(to) if to.isascii() and to.isdecimal() and len(to) < 4 else at
        rest.insert(wanted - 1 if wanted > at else wanted, one)
    elif deed != "delete":
        rest.insert(max(at - 1, 0) if deed == "up" else at + 1, one)
    return tuple(rest)


def _changed(
    request: HttpRequest, actor: Actor, held: DesignedItem, form: forms.Form, draw: Callable[[], Design], title: str
) -> HttpResponse:
    """The page of one form; what it drew is stored when nothing else was drawn meanwhile."""
    if request.method == "POST" and form.is_valid():
        try:
            drawing.change(actor, item=held.uid, revision=_revision(request), design=draw())
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "已保存。")
            return redirect("workflow:design", uid=held.uid)
    revision = _revision(request) or held.revision
    context = {"held": held, "form": form, "title": title, "revision": revision}
    return render(request, "workflow/design_form.html", context, status=422 if form.errors else 200)


def held_design(actor: Actor, uid: UUID) -> DesignedItem:
    held = drawing.designs_within(actor).filter(uid=uid).first()
    if held is None:
        raise Missing
    return held


def _units(actor: Actor) -> QuerySet[Unit]:
    """单位 and 行政区 one designs for; 处室 belong to their 单位."""
    scope = actor.scope("workflow.design_item")
    under = reduce(or_, (Q(path__startswith=path) for path in scope.paths), Q(pk__in=()))
    rows = open_units().exclude(kind=Unit.Kind.DEPARTMENT).order_by("path")
    return rows if scope.everything else rows.filter(under)


def _prefilled(actor: Actor, held: DesignedItem, drawn: Design) -> dict[str, Any]:
    prefill = item_from(drawn, code=held.code, reach=held.unit.path).prefill
    return dict(prefill(actor)) if prefill else {}


def _named(row: tuple[Field, ...], name: str) -> Field:
    found = next((one for one in row if one.name == name), None)
    if found is None:
        raise Missing("没有这个填写项，它可能刚刚被删除。")
    return found


def _above(row: tuple[Field, ...], name: str) -> tuple[Field, ...]:
    """The fields before this one that a condition may ask about."""
    at = next((at for at, one in enumerate(row) if one.name == name), len(row))
    return tuple(one for one in row[:at] if one.kind not in (Kind.TABLE, Kind.PERSON, Kind.UNIT, Kind.LONG_TEXT))


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0
