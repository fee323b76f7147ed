"""What was filled in for an item without code: a list, and a workbook to take away."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render

from jishu.platform.contract import Field
from jishu.platform.identity.api import Actor
from jishu.platform.lib.tabular.export import write_xlsx
from jishu.platform.web.api import page, slice_of
from jishu.platform.workflow import selectors
from jishu.platform.workflow.designs import from_stored
from jishu.platform.workflow.models import Case

from .designs import held_design

MOST_EXPORTED = 20_000


@page("workflow.design_item")
def filled_in(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponseBase:
    """What was filled in, case by case, as far as the actor oversees cases; or the same as a workbook (?as=xlsx)."""
    held = held_design(actor, uid)
    fields = from_stored(held.edition.body if held.edition else held.draft).fields
    rows = selectors.cases_overseen_by(actor).filter(item=held.code)
    if request.GET.get("as") == "xlsx":
        titles = ["编号", "申请人", "单位", "状态", "提交时间", "办结时间", *(one.title for one in fields)]
        target = BytesIO()
        write_xlsx(
            target, titles, (_line(one, fields) for one in rows.order_by("-id")[:MOST_EXPORTED]), title=held.name
        )
        target.seek(0)
        return FileResponse(target, as_attachment=True, filename=f"{held.name}.xlsx")
    slice_ = slice_of(request, rows, order=("-id",))
    lines = [(one, _texts(one, fields)) for one in slice_.rows]
    context = {"held": held, "fields": fields, "slice": slice_, "lines": lines}
    return render(request, "workflow/design_cases.html", context)


def _texts(case: Case, fields: tuple[Field, ...]) -> list[str]:
    told = {one["name"]: one["text"] for one in case.shown}
    return [told.get(one.name, "") for one in fields]


def _line(case: Case, fields: tuple[Field, ...]) -> list[Any]:
    head = [
        case.number,
        case.applicant.name,
        case.department.name,
        case.get_state_display(),
        case.submitted_at,
        case.closed_at,
    ]
    return [*head, *_texts(case, fields)]
