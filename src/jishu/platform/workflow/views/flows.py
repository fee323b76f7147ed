"""Flows to look at: which holds where, its versions, what differs, and who would decide."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jishu.platform.contract import BusinessItem, Flow, items
from jishu.platform.identity.api import Actor, Unit, actor_for
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import NamedField, form_for, page
from jishu.platform.workflow import bpmn, engine, flows, issuing, sketching
from jishu.platform.workflow.designing import outline, trial, words
from jishu.platform.workflow.designing.differing import differences
from jishu.platform.workflow.designing.judging import problems
from jishu.platform.workflow.designing.terms import terms_of
from jishu.platform.workflow.engine.plan import every
from jishu.platform.workflow.engine.strict import Malformed, strict_flow
from jishu.platform.workflow.models import Override, Sketch
from jishu.platform.workflow.publishing import flow_of, override_for

LARGEST = 2 * 1024 * 1024
UNSOUND = "这个版本还有问题没有改正，改正后才能推演。"


@page(flows.VIEW)
def flows_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every item, and which flow holds for the chosen unit."""
    units = list(flows.units_with_flows(actor)[:500])
    if not units:
        raise Missing("您管理的范围内没有单位。")
    wanted = request.GET.get("unit", "")
    own = next((one for one in units if actor.agency and one.pk == actor.agency.pk), units[0])
    unit = next((one for one in units if str(one.uid) == wanted), own)
    drafts = {one.item: one for one in flows.sketches_within(actor).filter(unit=unit)}
    held = {one.item: one for one in _overrides_over(unit)}
    offered = [one for one in items() if unit.path.startswith(one.reach)]
    rows = [(item, held.get(item.code), drafts.get(item.code)) for item in offered]
    return render(request, "workflow/flows.html", {"units": units, "unit": unit, "rows": rows})


def _overrides_over(unit: Unit) -> list[Override]:
    """The nearest in force for each item, the nearest last."""
    keys = unit.path.rstrip(".").split(".")
    paths = [".".join(keys[: depth + 1]) + "." for depth in range(len(keys))]
    rows = Override.objects.filter(ended_at=None, unit__path__in=paths).select_related("unit")
    return sorted(rows, key=lambda one: len(one.unit.path))


@page(flows.VIEW)
def flow(request: HttpRequest, actor: Actor, code: str, unit: UUID) -> HttpResponse:
    """One item at one unit: what holds, its versions, and the draft if there is one."""
    item, place = flows.item_at(actor, code, unit)
    held = override_for(code, place)
    now_holds = flow_of(held.definition) if held else item.flow
    terms = terms_of(item, now_holds)
    sketch = flows.sketch_at(actor, code, place)
    context = {
        "item": item, "unit": place, "held": held, "is_own": held is not None and held.unit_id == place.pk,
        "drawing": outline.outlined(now_holds, terms), "steps": _listed(now_holds, terms), "sketch": sketch,
        "versions": flows.versions_of(actor, code, place), "may_draw": actor.scope(flows.DRAW).covers(place),
        "may_publish": actor.scope(flows.PUBLISH).covers(place), "me": actor.person_id,
    }  # fmt: skip
    if sketch is not None:
        context |= _changes(item, now_holds, sketch)
    return render(request, "workflow/flow.html", context)


def _changes(item: BusinessItem, now_holds: Flow, sketch: Sketch) -> dict[str, Any]:
    drawn = flows.drawn_flow(sketch)
    terms = terms_of(item, now_holds, drawn)
    return {"lines": differences(now_holds, drawn, terms), "problems": problems(drawn, terms)}


def _listed(one: Flow, terms: Any) -> list[dict[str, Any]]:
    """The same as a plain list."""
    return [
        {"word": words.kind_of(step), "title": step.title, "sentences": words.explained(step, terms)}
        for step in every(one.steps)
    ]


@page(flows.VIEW)
def compare_flows(request: HttpRequest, actor: Actor, code: str, unit: UUID) -> HttpResponse:
    """Two versions of the flow of one item at one unit, in words."""
    item, place = flows.item_at(actor, code, unit)
    known = _known(actor, item, place)
    left, right = request.GET.get("left", "default"), request.GET.get("right", "draft")
    if left not in known or right not in known:
        left, right = next(iter(known)), list(known)[-1]
    old, new = known[left][1], known[right][1]
    lines = differences(old, new, terms_of(item, old, new))
    options = [(name, title) for name, (title, _) in known.items()]
    context = {"item": item, "unit": place, "left": left, "right": right, "options": options, "lines": lines}
    return render(request, "workflow/compare_flows.html", context)


def _known(actor: Actor, item: BusinessItem, unit: Unit) -> dict[str, tuple[str, Flow]]:
    """What can be compared and exported: the item's own, the unit's versions, the draft."""
    known = {"default": ("事项默认流程", item.flow)}
    held = override_for(item.code, unit)
    if held is not None and held.unit_id != unit.pk:
        known["above"] = (f"{held.unit.short_name}的流程", flow_of(held.definition))
    for one in reversed(flows.versions_of(actor, item.code, unit)):
        known[f"v{one.version}"] = (f"第 {one.version} 版", flow_of(one.definition))
    sketch = flows.sketch_at(actor, item.code, unit)
    if sketch is not None:
        known["draft"] = ("草稿", flows.drawn_flow(sketch))
    return known


def _in_force(item: BusinessItem, unit: Unit) -> Flow:
    held = override_for(item.code, unit)
    return flow_of(held.definition) if held else item.flow


class TrialForm(forms.Form):
    """Who applies, and by which version."""

    def __init__(self, unit: Unit, options: list[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data, initial={"version": options[-1][0]})
        self.fields["version"] = forms.ChoiceField(label="流程版本", choices=options)
        rows, hint = flows.people_of(unit), "本单位在职人员的姓名或人员编号。"
        self.fields["applicant"] = NamedField(rows=rows, noun="人员", label="假如申请人是", help_text=hint)


@page(flows.VIEW)
def try_flow(request: HttpRequest, actor: Actor, code: str, unit: UUID) -> HttpResponse:
    """试运行: nothing is submitted, nobody is told."""
    item, place = flows.item_at(actor, code, unit)
    known = _known(actor, item, place)
    options = [(name, title) for name, (title, _) in known.items()]
    asked = request.GET if "applicant" in request.GET else None
    form = TrialForm(place, options, asked)
    values = form_for(item.fields, actor, asked, prefix="v")
    for each in values.fields.values():
        each.required = False
    found = None
    if form.is_valid() and values.is_valid():
        chosen = known[form.cleaned_data["version"]][1]
        terms, applicant = terms_of(item, chosen), actor_for(form.cleaned_data["applicant"])
        wrong = problems(chosen, terms)
        found = trial.Trial((), UNSOUND) if wrong else trial.tried(chosen, terms, applicant, values.stored())
    context = {"item": item, "unit": place, "form": form, "values": values, "trial": found}
    return render(request, "workflow/try_flow.html", context, status=422 if asked and found is None else 200)


@page(flows.VIEW)
def export_flow(request: HttpRequest, actor: Actor, code: str, unit: UUID, ending: str) -> HttpResponse:
    """As BPMN 2.0 or as our own JSON; ``version`` says which, the one in force unless said."""
    item, place = flows.item_at(actor, code, unit)
    known = _known(actor, item, place)
    chosen = known.get(request.GET.get("version", ""), ("", _in_force(item, place)))[1]
    if ending == "bpmn":
        body = bpmn.written(chosen, code=item.code, name=item.name)
        answer = HttpResponse(body, content_type="application/xml; charset=utf-8")
    else:
        told = {"item": item.code, "flow": engine.encode(chosen)}
        answer = HttpResponse(json.dumps(told, ensure_ascii=False, indent=2), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{item.code}.{ending}"'
    return answer


class ImportForm(forms.Form):
    file = forms.FileField(label="流程文件", help_text="BPMN 2.0（.bpmn、.xml）或本平台导出的 JSON，不超过 2 MB。")


@page(flows.DRAW)
def import_flow(request: HttpRequest, actor: Actor, code: str, unit: UUID) -> HttpResponse:
    """Into the draft, as one change that can be undone; what could not be carried over is listed there."""
    item, place = flows.item_at(actor, code, unit, flows.DRAW)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            new, losses = _read(form.cleaned_data["file"])
            sketch = sketching.open_sketch(actor, item=item, unit=place)
            sketching.replace_with(actor, sketch=sketch.uid, revision=sketch.revision, flow=new, losses=losses)
        except (Refused, Missing):
            raise
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return redirect("workflow:design_flow", code, unit)
    context = {"item": item, "unit": place, "form": form}
    return render(request, "workflow/import_flow.html", context, status=422 if form.errors else 200)


def _read(uploaded: UploadedFile) -> tuple[Flow, list[str]]:
    """By content, not by name."""
    if (uploaded.size or 0) > LARGEST:
        raise bpmn.Unreadable("文件超过 2 MB，流程不会这么大，请检查是否选错了文件。")
    data = uploaded.read(LARGEST + 1)
    if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        found = bpmn.read(data)
        return found.flow, [f"{loss.element}：{loss.what}" for loss in found.losses]
    try:
        told = json.loads(data)
        new = strict_flow(told.get("flow", told))
        engine.check_keys(new)
    except (Malformed, ValueError, RecursionError, AttributeError) as error:
        raise bpmn.Unreadable("文件不是本平台导出的流程 JSON，或者内容被改动过，不能读取。") from error
    return new, []


@require_POST
@page(flows.VIEW)
def issue(request: HttpRequest, actor: Actor, code: str, unit: UUID) -> HttpResponse:
    """One address for sending, recalling, publishing and ending; ``do`` says which button was pressed."""
    place = flows.unit_with_flows(actor, unit)
    try:
        messages.success(request, _issued(actor, code, place, request))
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("workflow:flow", code, unit)


def _issued(actor: Actor, code: str, unit: Unit, request: HttpRequest) -> str:
    do, reason = request.POST.get("do", ""), request.POST.get("reason", "")[:300]
    if do == "default":
        held = override_for(code, unit)
        if held is None or held.unit_id != unit.pk:
            raise issuing.EndedAlready
        issuing.return_to_default(actor, override=held.uid, reason=reason)
        return "已恢复默认流程，新提交的办件按默认流程办理，在办的不变。"
    sketch = flows.sketch_at(actor, code, unit)
    if sketch is None or do not in _ISSUES:
        raise issuing.NotWaiting
    text = request.POST.get("revision", "")
    revision = int(text) if text.isdecimal() and len(text) < 9 else 0
    return _ISSUES[do](actor, sketch.uid, revision, reason)


def _send(actor: Actor, sketch: UUID, revision: int, reason: str) -> str:
    issuing.send(actor, sketch=sketch, revision=revision, reason=reason)
    return "已送审，由流程发布员核对后发布。"


def _recall(actor: Actor, sketch: UUID, revision: int, reason: str) -> str:
    issuing.recall(actor, sketch=sketch)
    return "已撤回送审，可以继续修改。"


def _publish(actor: Actor, sketch: UUID, revision: int, reason: str) -> str:
    made = issuing.publish(actor, sketch=sketch, revision=revision)
    return f"已发布第 {made.version} 版，新提交的办件按新流程办理，在办的不变。"


def _refuse(actor: Actor, sketch: UUID, revision: int, reason: str) -> str:
    issuing.refuse(actor, sketch=sketch, opinion=reason)
    return "已退回设计人修改。"


def _discard(actor: Actor, sketch: UUID, revision: int, reason: str) -> str:
    sketching.discard(actor, sketch=sketch, revision=revision)
    return "草稿已删除，现行流程不变。"


_ISSUES: dict[str, Callable[[Actor, UUID, int, str], str]] = {
    "send": _send, "recall": _recall, "publish": _publish, "refuse": _refuse, "discard": _discard,
}  # fmt: skip
