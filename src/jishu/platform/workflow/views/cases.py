"""The page of one case, and what people do on it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jishu.platform.archive.api import file_fields, files_panel, take_in
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict, DomainError, Missing, Refused
from jishu.platform.web.api import page
from jishu.platform.workflow import progress, selectors, services
from jishu.platform.workflow.engine import Resume
from jishu.platform.workflow.filing import CASE
from jishu.platform.workflow.forms import PHRASES, Desk, changed, filled
from jishu.platform.workflow.models import Case
from jishu.platform.workflow.more import MORE, MoreForm, offers


@page("workflow.view_case")
def case_detail(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    held = _case(actor, uid)
    if held.state == Case.State.DRAFT:
        return redirect("workflow:apply", code=held.item)
    return render(request, "workflow/case.html", _context(request, actor, held, Desk(actor, held)))


@page("workflow.view_case")
def case_print(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    """One sheet for the file: content, opinions, signatures by name and time."""
    held = _case(actor, uid)
    return render(request, "workflow/case_print.html", _sheet(actor, held))


def _sheet(actor: Actor, held: Case) -> dict[str, Any]:
    shown = selectors.shown_to(actor, held)
    return {"case": held, "shown": shown, "way": progress.way_of(held), "now": now()}


@require_POST
@page("workflow.act_case")
def act(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    """One address for every button of the page; ``do`` says which was pressed."""
    held, deed = _case(actor, uid), request.POST.get("do", "")
    desk = Desk(actor, held, deed, _posted(request, actor, held, deed))
    if deed not in _DEEDS:
        raise DomainError("没有这项操作，请刷新页面后重试。")
    word, form_of, run = _DEEDS[deed]
    form: forms.Form | None = None
    try:
        form = form_of(desk)
        done = run(desk, _key(request)) if form is None or form.is_valid() else None
    except (Conflict, Refused) as error:
        messages.error(request, error.message)
        return redirect(held)
    except DomainError as error:
        done = None
        _explain(request, form, error)
    if done is None:
        return render(request, "workflow/case.html", _context(request, actor, held, desk), status=422)
    messages.success(request, f"已{word or desk.done_word}“{done.subject}”。{progress.next_sentence(done)}")
    return _onward(request, actor, done)


def _onward(request: HttpRequest, actor: Actor, done: Case) -> HttpResponse:
    """Applicants stay with their case; whoever decides goes on with the next one waiting."""
    if done.applicant_id == actor.person_id:
        return redirect(done)
    following = selectors.todo_of(actor).first()
    if following is None:
        messages.info(request, "待办已全部处理完毕。")
        return redirect("workflow:todo")
    return redirect(following.case)


def _agree(desk: Desk, key: UUID) -> Case | None:
    """With what the step may change of the form; None when that was filled in wrongly."""
    if desk.changes is not None and not desk.changes.is_valid():
        return None
    new = changed(desk.changes, desk.case) if desk.changes is not None else None
    return services.agree(
        desk.actor, case=desk.case.uid, key=key, opinion=desk.decision.cleaned_data["opinion"], task=desk.asked_task,
        filled=new,
    )  # fmt: skip


def _disagree(desk: Desk, key: UUID) -> Case:
    return services.disagree(
        desk.actor, case=desk.case.uid, key=key, opinion=desk.decision.cleaned_data["opinion"], task=desk.asked_task
    )


def _send_back(desk: Desk, key: UUID) -> Case:
    told = desk.decision.cleaned_data
    return services.send_back(
        desk.actor, case=desk.case.uid, key=key, opinion=told["opinion"], to=told.get("to", ""),
        resume=Resume(told.get("resume") or Resume.RESTART), task=desk.asked_task,
    )  # fmt: skip


def _transfer(desk: Desk, key: UUID) -> Case:
    told = desk.transfer.cleaned_data
    return services.transfer(
        desk.actor, case=desk.case.uid, key=key, to=told["to"], opinion=told["opinion"], task=desk.asked_task
    )


def _perform(desk: Desk, key: UUID) -> Case:
    return services.perform(desk.actor, case=desk.case.uid, key=key, filled=filled(desk.work), task=desk.asked_task)


def _withdraw(desk: Desk, key: UUID) -> Case:
    return services.withdraw(desk.actor, case=desk.case.uid, key=key)


def _deed_of(code: str) -> "_Deed":
    one = MORE[code]

    def form(desk: Desk) -> MoreForm:
        return one.form(desk, code)

    def run(desk: Desk, key: UUID) -> Case:
        filled_in = form(desk)
        filled_in.is_valid()
        return one.run(desk, key, filled_in.cleaned_data)

    return one.title, form, run


# do -> what the message calls it (empty: as the step calls its work), the form it was filled in on, and how it is done
_Deed = tuple[str, Callable[[Desk], forms.Form | None], Callable[[Desk, UUID], Case | None]]
_DEEDS: dict[str, _Deed] = {
    "agree": ("同意", lambda desk: desk.decision, _agree),
    "disagree": ("不同意", lambda desk: desk.decision, _disagree),
    "send_back": ("退回", lambda desk: desk.decision, _send_back),
    "transfer": ("转办", lambda desk: desk.transfer, _transfer),
    "perform": ("", lambda desk: desk.work, _perform),
    "withdraw": ("撤回", lambda desk: None, _withdraw),
} | {code: _deed_of(code) for code in MORE}


def _case(actor: Actor, uid: UUID) -> Case:
    held = selectors.cases_visible_to(actor).filter(uid=uid).first()
    if held is None:
        raise Missing
    return held


def _posted(request: HttpRequest, actor: Actor, held: Case, deed: str) -> QueryDict:
    """What was sent, with the files of the step's own form kept."""
    fields = Desk(actor, held).work.declared if deed == "perform" and request.FILES else ()
    return take_in(request, actor, [f"work-{name}" for name in file_fields(fields)]).data


def _context(request: HttpRequest, actor: Actor, held: Case, desk: Desk) -> dict[str, Any]:
    before, after = selectors.neighbours(actor, desk.task) if desk.task else (None, None)
    return {
        "case": held,
        "desk": desk,
        "shown": selectors.shown_to(actor, held),
        "more": offers(desk),
        "files": files_panel(request, actor, kind=CASE, row=held, address=held.get_absolute_url()),
        "way": progress.way_of(held),
        "phrases": PHRASES,
        "key": uuid4(),
        "before": before,
        "after": after,
        "now": now(),
    }


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError as error:
        raise DomainError("页面已失效，请刷新后重试。") from error


def _explain(request: HttpRequest, form: forms.Form | None, error: DomainError) -> None:
    if form is None:
        messages.error(request, error.message)
    else:
        form.add_error(error.field if error.field in form.fields else None, error.message)
