"""One record: what it is, what happened to it, what hangs on it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jishu.platform.archive.api import files_panel, has_files
from jishu.platform.audit.api import Through
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.resource.addresses import address
from jishu.platform.resource.alike import alike
from jishu.platform.resource.cells import Look, cells_of
from jishu.platform.resource.history import history_of
from jishu.platform.resource.reading import note_rows_read
from jishu.platform.resource.related import cases_about, has_cases
from jishu.platform.resource.taking_back import amendments_to_take_back, may_amend, take_back

FACTS, HISTORY, CASES, FILES = "概况", "历史", "相关办件", "文件"


def detail(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> HttpResponse:
    """Missing (404) when the record is not among those the actor may see, whether it exists or not."""
    row = one_of(resource, actor, uid)
    note_rows_read(actor, resource, resource.rows(actor).filter(pk=row.pk), Through.PAGE)
    tabs = _tabs(resource)
    tab = request.GET.get("tab", "")
    context = {
        "resource": resource,
        "row": row,
        "state": getattr(row, resource.state, "") if resource.state else "",
        "word": _word(resource, row),
        "tabs": tabs,
        "tab": tab if tab in tabs else tabs[0],
        "list": address(resource, "list"),
        "print": address(resource, "print-one", uid=uid),
        "edit": address(resource, "edit", uid=uid) if may_amend(actor, resource) else "",
    }
    return render(request, "resource/detail.html", context | _content(request, actor, resource, row, context["tab"]))


def _tabs(resource: Resource) -> tuple[str, ...]:
    first = (resource.opens_with,) if resource.opens_with else ()
    files, cases = (FILES,) * has_files(resource), (CASES,) * has_cases(resource)
    others = (title for title in resource.panels if title not in first)
    return (*first, FACTS, HISTORY, *files, *others, *cases)


def undo(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID, amendment: UUID) -> HttpResponse:
    """The history again, one amendment shorter in effect, one longer in fact."""
    try:
        row = take_back(actor, resource, uid, amendment)
    except (Refused, Missing):
        raise
    except DomainError as told:
        messages.error(request, told.message)
    else:
        messages.success(request, f"已撤销，{row}恢复为修改前的内容。")
    return redirect(f"{address(resource, 'detail', uid=uid)}?tab={HISTORY}")


def one_of(resource: Resource, actor: Actor, uid: UUID) -> Any:
    """A record within the actor's reach, or Missing."""
    row = resource.rows(actor).filter(uid=uid).first()
    if row is None:
        raise Missing
    return row


def facts_of(resource: Resource, actor: Actor, row: Any) -> list[dict[str, Any]]:
    """Every column, read by the same paths as the list, so that the two never disagree."""
    cells = cells_of(resource)
    values = resource.rows(actor).filter(pk=row.pk).values_list(*(cell.path for cell in cells)).first()
    if values is None:
        raise Missing
    return [
        {
            "title": cell.title,
            "value": cell.shown(value),
            "is_number": cell.look is Look.MONEY,
            "picture": value if cell.look is Look.PICTURE else None,
            "alike": alike(resource, row, cell, value),
        }
        for cell, value in zip(cells, values, strict=True)
    ]


def _content(request: HttpRequest, actor: Actor, resource: Resource, row: Any, tab: str) -> dict[str, Any]:
    """Only what the open tab shows is read."""
    if tab == HISTORY:
        undoing = amendments_to_take_back(actor, resource, row)
        return {"history": [(one, _undo(resource, row, undoing.get(one.entry))) for one in history_of(row.uid)]}
    if tab == CASES and has_cases(resource):
        return {"cases": cases_about(actor, row)}
    if tab == FILES and has_files(resource):
        back = f"{address(resource, 'detail', uid=row.uid)}?tab={FILES}"
        return {"panel": files_panel(request, actor, kind=resource.key, row=row, address=back)}
    if tab in resource.panels:
        return {"panel": resource.panels[tab](request, actor, row)}
    return {"facts": facts_of(resource, actor, row)}


def _undo(resource: Resource, row: Any, amendment: UUID | None) -> str:
    return address(resource, "undo", uid=row.uid, amendment=amendment) if amendment else ""


def _word(resource: Resource, row: Any) -> str:
    display = getattr(row, f"get_{resource.state}_display", None)
    return str(display()) if display else ""
