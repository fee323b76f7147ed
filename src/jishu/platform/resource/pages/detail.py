"""One record: what it is, what happened to it, what hangs on it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishu.platform.audit.api import Through
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Missing
from jishu.platform.resource.addresses import address
from jishu.platform.resource.cells import Look, cells_of
from jishu.platform.resource.history import history_of
from jishu.platform.resource.reading import note_rows_read

FACTS, HISTORY = "概况", "历史"


def detail(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> HttpResponse:
    """Missing (404) when the record is not among those the actor may see, whether it exists or not."""
    row = one_of(resource, actor, uid)
    note_rows_read(actor, resource, resource.rows(actor).filter(pk=row.pk), Through.PAGE)
    tabs = (FACTS, HISTORY, *resource.panels)
    tab = request.GET.get("tab", FACTS)
    context = {
        "resource": resource,
        "row": row,
        "state": getattr(row, resource.state, "") if resource.state else "",
        "word": _word(resource, row),
        "tabs": tabs,
        "tab": tab if tab in tabs else FACTS,
        "list": address(resource, "list"),
        "print": address(resource, "print-one", uid=uid),
        "edit": address(resource, "edit", uid=uid) if _may_change(resource, actor) else "",
    }
    return render(request, "resource/detail.html", context | _content(request, actor, resource, row, context["tab"]))


def one_of(resource: Resource, actor: Actor, uid: UUID) -> Any:
    """A record within the actor's reach, or Missing."""
    row = resource.rows(actor).filter(uid=uid).first()
    if row is None:
        raise Missing
    return row


def _content(request: HttpRequest, actor: Actor, resource: Resource, row: Any, tab: str) -> dict[str, Any]:
    """Only what the open tab shows is read."""
    if tab == HISTORY:
        return {"history": history_of(row.uid)}
    if tab in resource.panels:
        return {"panel": resource.panels[tab](request, actor, row)}
    return {"facts": facts_of(resource, actor, row)}


def facts_of(resource: Resource, actor: Actor, row: Any) -> list[dict[str, Any]]:
    """Every column, read by the same paths as the list, so that the two never disagree."""
    cells = cells_of(resource)
    values = resource.rows(actor).filter(pk=row.pk).values_list(*(cell.path for cell in cells)).first()
    if values is None:
        raise Missing
    return [
        {"title": cell.title, "value": cell.shown(value), "is_number": cell.look is Look.MONEY}
        for cell, value in zip(cells, values, strict=True)
    ]


def _word(resource: Resource, row: Any) -> str:
    display = getattr(row, f"get_{resource.state}_display", None)
    return str(display()) if display else ""


def _may_change(resource: Resource, actor: Actor) -> bool:
    return bool(resource.update and resource.form and actor.may(resource.update.permission))  # type: ignore[attr-defined]
