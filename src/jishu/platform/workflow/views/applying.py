"""Filling in an item's form: first time, from a draft, or again after it came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jishu.platform.archive.api import file_fields, take_in
from jishu.platform.contract import BusinessItem, Flow, Kind
from jishu.platform.identity.api import Actor
from jishu.platform.lib.calendar import deadline
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import MOST_ROWS, ContractForm, form_for, page, page_open_to, suggested
from jishu.platform.workflow import progress, selectors, services
from jishu.platform.workflow.choosing import PicksForm
from jishu.platform.workflow.forms import entries_of, filled
from jishu.platform.workflow.models import Case
from jishu.platform.workflow.offering import item_open_to
from jishu.platform.workflow.people import Finder
from jishu.platform.workflow.publishing import flow_for, flow_of
from jishu.platform.workflow.standing import item_of

_LINK_LENGTH, _TERM_LENGTH = 8_000, 80


@dataclass(frozen=True)
class Application:
    """One form being filled in. ``case`` is there when it comes back to the applicant, or as a draft."""

    actor: Actor
    item: BusinessItem
    form: ContractForm
    key: UUID
    case: Case | None = None
    picks: PicksForm | None = None

    def context(self) -> dict[str, Any]:
        picks = self.picks or PicksForm(self._flow, self.actor)
        asked_for = progress.sent_back(self.case) if self.case and self.case.state == Case.State.RETURNED else None
        shown = {"form": self.form, "key": self.key, "case": self.case, "picks": picks, "asked_for": asked_for}
        return shown | self.outlook()

    @cached_property
    def _flow(self) -> Flow:
        """The one a case has begun with, or the one it would begin with now."""
        return flow_at(self.actor, self.item, self.case)

    def outlook(self) -> dict[str, Any]:
        """What stands beside the form: findings, who will decide, by when."""
        values = self._values()
        agency = self.actor.own_agency
        finder = Finder(self.actor.person, self.actor.department or agency, agency, values)  # type: ignore[arg-type]
        return {
            "item": self.item,
            "findings": self.item.findings(self.actor, values) if self.item.findings else [],
            "ahead": progress.forecast(self.item.code, self._flow, values, finder),
            "deadline": deadline(now(), self.item.promised_days),
        }

    def _values(self) -> Mapping[str, Any]:
        """What can be read of the form so far."""
        form = self.form
        if self.case is not None and not form.is_bound:  # what a case keeps is text; a form makes values of it
            form = form_for(self.item.fields, self.actor, self.case.values)
        if not form.is_bound:
            return form.initial
        form.is_valid()
        return form.cleaned_data


@page("workflow.open_case")
def apply(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    item = _item(actor, code)
    if request.method == "POST":
        return _applied(request, actor, item)
    told = _told_by_link(request, actor, item)
    draft = None if told or "new" in request.GET else selectors.draft_of(actor, code)
    initial = draft.values if draft else {**_prefilled(actor, item), **told}
    form = form_for(item.fields, actor, initial=initial)
    application = Application(actor, item, form, draft.form_key if draft else uuid4(), draft)
    return render(request, "workflow/apply.html", application.context())


@require_POST
@page("workflow.open_case")
def save_draft(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Answers nothing but "kept"; the page says so itself."""
    item = _item(actor, code)
    services.save_draft(actor, item=item, entries=entries_of(item.fields, request.POST), key=_key(request))
    return HttpResponse(status=204)


@require_POST
@page("workflow.open_case")
def outlook(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """The findings and the forecast for what is typed so far."""
    item = _item(actor, code)
    application = Application(actor, item, form_for(item.fields, actor, request.POST, checks=item.checks), uuid4())
    return render(request, "workflow/_outlook.html", application.outlook())


@page("workflow.open_case")
def choices(request: HttpRequest, actor: Actor, code: str, path: str) -> JsonResponse:
    """?q=: what may be chosen for a field of the form or of a step, the first few that fit. Or of a page's form."""
    declared = page_open_to(actor, code) if ":" in code else item_open_to(actor, code)
    try:
        found = suggested(declared, path, actor, request.GET.get("q", "")[:_TERM_LENGTH])
    except KeyError as error:
        raise Missing from error
    return JsonResponse({"suggestions": found})


@page("workflow.open_case")
def amend(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    """补正 after 退回, or another try after 撤回."""
    case = selectors.with_organisation().filter(applicant=actor.person_id, uid=uid).first()
    if case is None or case.state not in (Case.State.RETURNED, Case.State.WITHDRAWN):
        raise Missing("没有需要补正的这件办件，它可能已经重新提交。")
    item = item_of(case)
    if request.method != "POST":
        form = form_for(item.fields, actor, initial=case.values | (case.typed or {}))
        return render(request, "workflow/amend.html", Application(actor, item, form, uuid4(), case).context())
    if longer := _one_row_more(request, item):
        form = form_for(item.fields, actor, initial=longer)
        return render(request, "workflow/amend.html", Application(actor, item, form, _key(request), case).context())
    key, taken = _key(request), take_in(request, actor, file_fields(item.fields))
    form = form_for(item.fields, actor, taken.data, checks=item.checks)
    taken.explain(form)
    picks = PicksForm(flow_at(actor, item, case), actor, request.POST)
    if all([form.is_valid(), picks.is_valid()]):
        try:
            case = services.resubmit(actor, case=uid, filled=filled(form), key=key, picks=picks.picks())
        except DomainError as error:
            _explain(form, picks, error)
        else:
            messages.success(request, f"已重新提交，{progress.next_sentence(case)}")
            return redirect(case)
    application = Application(actor, item, form, key, case, picks)
    return render(request, "workflow/amend.html", application.context(), status=422)


@require_POST
@page("workflow.open_case")
def save_amendment(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    case = selectors.with_organisation().filter(applicant=actor.person_id, uid=uid).first()
    if case is None:
        raise Missing
    services.save_amendment(actor, case=uid, entries=entries_of(item_of(case).fields, request.POST))
    return HttpResponse(status=204)


@require_POST
@page("workflow.open_case")
def discard(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    services.discard_draft(actor, case=uid)
    messages.success(request, "草稿已删除。")
    return redirect("workflow:my_cases")


def _applied(request: HttpRequest, actor: Actor, item: BusinessItem) -> HttpResponse:
    key, taken = _key(request), take_in(request, actor, file_fields(item.fields))
    form = form_for(item.fields, actor, taken.data, checks=item.checks)
    if longer := _one_row_more(request, item):
        draft = services.save_draft(actor, item=item, entries=longer, key=key)
        form = form_for(item.fields, actor, initial=longer)
        return render(request, "workflow/apply.html", Application(actor, item, form, key, draft).context())
    if request.POST.get("_do") == "draft":
        services.save_draft(actor, item=item, entries=entries_of(item.fields, taken.data), key=key)
        messages.success(request, "草稿已保存，可随时回来继续填写。")
        return redirect("workflow:my_cases")
    taken.explain(form)
    picks = PicksForm(flow_at(actor, item), actor, request.POST)
    if all([form.is_valid(), picks.is_valid()]):
        try:
            case = services.submit(actor, item=item, filled=filled(form), key=key, picks=picks.picks())
        except DomainError as error:
            _explain(form, picks, error)
        else:
            messages.success(request, f"已提交，办件编号 {case.number}。{progress.next_sentence(case)}")
            return redirect(case)
    draft = services.save_draft(actor, item=item, entries=entries_of(item.fields, taken.data), key=key)
    application = Application(actor, item, form, key, draft, picks)
    return render(request, "workflow/apply.html", application.context(), status=422)


def _one_row_more(request: HttpRequest, item: BusinessItem) -> dict[str, Any] | None:
    """What was typed, with an empty row more in the table whose button was pressed; None for any other button."""
    pressed, _, name = request.POST.get("_do", "").partition(":")
    table = next((one for one in item.fields if one.name == name and one.kind is Kind.TABLE), None)
    if pressed != "row" or table is None:
        return None
    entries = entries_of(item.fields, request.POST)
    entries[name] = [*entries[name], {}][:MOST_ROWS]
    return entries


def _item(actor: Actor, code: str) -> BusinessItem:
    item = item_open_to(actor, code)
    if not actor.may(item.permission):
        raise Refused
    return item


def _prefilled(actor: Actor, item: BusinessItem) -> Mapping[str, Any]:
    return item.prefill(actor) if item.prefill else {}


def _told_by_link(request: HttpRequest, actor: Actor, item: BusinessItem) -> Mapping[str, Any]:
    """What was clicked on the way here comes before a draft about something else."""
    given = {name: ",".join(values)[:_LINK_LENGTH] for name, values in request.GET.lists() if name != "new"}
    return item.opened_with(actor, given) if item.opened_with and given else {}


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("_key", ""))
    except ValueError as error:
        raise DomainError("表单已失效，请重新打开办理页面。") from error


def flow_at(actor: Actor, item: BusinessItem, case: Case | None = None) -> Flow:
    held = case.definition if case else None
    return flow_of(held) if held else flow_for(item, actor.own_agency)


def _explain(form: ContractForm, picks: PicksForm, error: DomainError) -> None:
    if not picks.explains(error):
        form.add_error(error.field if error.field in form.fields else None, error.message)
