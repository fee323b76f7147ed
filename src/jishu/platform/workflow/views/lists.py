"""待办, 已办, 我的办件."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.text import normalise
from jishu.platform.web.api import page, slice_of
from jishu.platform.workflow import selectors, services
from jishu.platform.workflow.models import Case, Task

MOST_AT_ONCE = 50


@page("workflow.act_case")
def todo(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Several may be agreed to at once when the list shows approvals of one item only."""
    asked, item = normalise(request.GET.get("q", "")), request.GET.get("item", "")
    items = selectors.todo_items(actor)
    rows = selectors.todo_of(actor)
    rows = rows.filter(case__item=item) if item else rows
    rows = selectors.matching(rows, asked) if asked else rows
    context = {
        "slice": slice_of(request, rows, order=selectors.TODO_ORDER),
        "items": items,
        "item": item,
        "asked": asked,
        "is_narrowed": bool(item or asked),
        "me": actor.person_id,
        "manages": actor.may("workflow.manage_case"),
        "offers_several": bool(item) or len(items) == 1,
        "now": now(),
    }
    return render(request, "workflow/todo.html", context)


@require_POST
@page("workflow.act_case")
def agree_several(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each case is its own transaction: one that cannot go on does not hold back the others."""
    chosen = selectors.todo_of(actor).filter(is_approval=True, uid__in=_uids(request.POST.getlist("task")))
    tasks = list(chosen[:MOST_AT_ONCE])
    if len({task.case.item for task in tasks}) > 1:
        messages.error(request, "一次只能同意同一事项的办件,请先按事项筛选。")
        return redirect("workflow:todo")
    failed = [said for task in tasks if (said := _refusal(actor, task))]
    if len(tasks) > len(failed):
        messages.success(request, f"已同意 {len(tasks) - len(failed)} 件。")
    for said in failed:
        messages.warning(request, said)
    if not tasks:
        messages.info(request, "没有选中需要审批的办件。")
    return redirect(
        f"{reverse('workflow:todo')}?{urlencode({'item': tasks[0].case.item})}" if tasks else "workflow:todo"
    )


@page("workflow.act_case")
def done(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = normalise(request.GET.get("q", ""))
    rows = selectors.done_by(actor)
    rows = selectors.matching(rows, asked) if asked else rows
    context = {"slice": slice_of(request, rows, order=selectors.DONE_ORDER), "asked": asked, "me": actor.person_id}
    return render(request, "workflow/done.html", context)


@page("workflow.open_case")
def my_cases(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All, or those in one state (?state=)."""
    state = request.GET.get("state", "")
    rows = selectors.my_cases(actor)
    if state in Case.State.values:
        rows = rows.filter(state=state)
    context = {
        "slice": slice_of(request, rows, order=("-id",)),
        "states": Case.State.choices,
        "state": state,
        "now": now(),
    }
    return render(request, "workflow/my_cases.html", context)


def _refusal(actor: Actor, task: Task) -> str:
    """Agree to one case; the reason when it cannot be done. The task is the request: it can be agreed to once."""
    try:
        services.agree(actor, case=task.case.uid, key=task.uid)
    except DomainError as error:
        return f"“{task.case.subject}”未能办理:{error.message}"
    return ""


def _uids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:MOST_AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
