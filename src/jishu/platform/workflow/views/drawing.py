"""The designer: one page that shows the drawing and the settings of what is chosen, and one address for its buttons."""

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jishu.platform.contract import Branch, BusinessItem
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page
from jishu.platform.workflow import engine, flows, sketching
from jishu.platform.workflow.designing import conditions, deeds, making, outline, tree, words
from jishu.platform.workflow.designing.forms import FlowForm, RowForm, step_form
from jishu.platform.workflow.designing.judging import problems
from jishu.platform.workflow.designing.terms import terms_of
from jishu.platform.workflow.models import Sketch


@page(flows.DRAW)
def design(request: HttpRequest, actor: Actor, code: str, unit: UUID) -> HttpResponse:
    item, place = flows.item_at(actor, code, unit, flows.DRAW)
    sketch = flows.sketch_at(actor, code, place)
    if request.method == "POST":
        if sketch is None or request.POST.get("do") == "open":
            sketching.open_sketch(actor, item=item, unit=place)
            return _back(code, unit)
        return _done(request, actor, item, sketch)
    if sketch is None:
        return redirect("workflow:flow", code, unit)
    return _shown(request, actor, item, sketch, request.GET.dict())


def _done(request: HttpRequest, actor: Actor, item: BusinessItem, sketch: Sketch) -> HttpResponse:
    data = request.POST.dict()
    desk = deeds.Desk(flows.drawn_flow(sketch), terms_of(item, flows.drawn_flow(sketch), actor=actor), actor, data)
    looking = dict(parse_qsl(str(data.get("look", ""))))
    try:
        look = _act(actor, sketch, desk, data)
    except deeds.Wrong as wrong:
        return _shown(request, actor, item, sketch, looking, bound=wrong.form)
    except (Refused, Missing):
        raise
    except DomainError as error:
        fresh = flows.sketch_at(actor, item.code, sketch.unit)
        if fresh is None:
            raise Missing from error
        return _shown(request, actor, item, fresh, looking, error=error.message)
    return _back(item.code, sketch.unit.uid, str(data.get("next") or look))


def _act(actor: Actor, sketch: Sketch, desk: deeds.Desk, data: dict[str, Any]) -> str:
    do, revision = str(data.get("do", "")), _revision(data)
    if do == "undo":
        sketching.undo(actor, sketch=sketch.uid, revision=revision)
        return ""
    if do == "redo":
        sketching.redo(actor, sketch=sketch.uid, revision=revision)
        return ""
    if do == "losses_read":
        sketching.losses_read(actor, sketch=sketch.uid)
        return ""
    if sketch.revision != revision:
        raise sketching.DrawnOver
    deed = deeds.done(do, desk)
    if deed.flow != desk.flow:
        sketching.redraw(
            actor, sketch=sketch.uid, revision=revision, change=lambda _: deed.flow, said=deed.said, place=deed.place
        )
    return deed.look


def _revision(data: dict[str, Any]) -> int:
    text = str(data.get("revision", ""))
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _back(code: str, unit: UUID, query: str = "") -> HttpResponse:
    address = reverse("workflow:design_flow", args=[code, unit])
    return redirect(f"{address}?{query.lstrip('?')}" if query else address)


def _shown(
    request: HttpRequest, actor: Actor, item: BusinessItem, sketch: Sketch, look: dict[str, str], *,
    bound: Any = None, error: str = "",
) -> HttpResponse:  # fmt: skip
    flow = flows.drawn_flow(sketch)
    terms = terms_of(item, flow, actor=actor)
    found = problems(flow, terms)
    drawing = outline.outlined(flow, terms, found)
    context = {
        "item": item, "unit": sketch.unit, "sketch": sketch, "drawing": drawing, "problems": found, "error": error,
        "can_undo": sketching.can_undo(sketch), "can_redo": sketching.can_redo(sketch), "looking": look,
        "look": request.GET.urlencode() if request.method == "GET" else request.POST.get("look", ""),
        "strokes": sketch.strokes.select_related("person").order_by("-number")[:8],
    }  # fmt: skip
    context |= _panel(actor, flow, terms, look, bound) | {"places": outline.places(drawing)}
    wrong = bound is not None or bool(error)
    return render(request, "workflow/design.html", context, status=422 if wrong else 200)


def _panel(actor: Actor, flow: Any, terms: Any, look: dict[str, str], bound: Any) -> dict[str, Any]:
    """The settings of what is chosen; of the flow as a whole when nothing is, or it is gone."""
    key, row = look.get("step", ""), look.get("row", "")
    if look.get("add"):
        return {"panel": "add", "place": look["add"], "offers": list(making.offers(flow, terms))}
    if key not in engine.plan_of(flow).steps:
        return {"panel": "flow", "form": bound or FlowForm(flow)}
    step = engine.plan_of(flow).steps[key]
    if row.isdecimal() and int(row) < len(tree.rows_of(step)):
        chosen = tree.branch_of(flow, key, int(row))
        told = {"panel": "row", "step": step, "row": int(row), "form": bound or RowForm(chosen)}
        if isinstance(chosen, Branch):
            told |= {"condition": conditions.rows_of(chosen.when, terms), "sentence": words.branch(chosen, terms)}
        return told
    form = bound or step_form(step, flow, terms, actor)
    return {
        "panel": "step", "step": step, "kind": words.kind_of(step), "form": form, "rows": tree.rows_of(step),
        "sentences": words.explained(step, terms),
    }  # fmt: skip
