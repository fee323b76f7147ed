"""待办，已办，我的办件."""

from dataclasses import dataclass
from functools import cache
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
from jishu.platform.workflow.elsewhere import waiting_elsewhere
from jishu.platform.workflow.models import Case, Task

MOST_AT_ONCE = 50


@page("workflow.act_case")
def todo(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Several may be agreed to at once when the list shows approvals of one item only."""
    asked, item = normalise(request.GET.get("q", "")), request.GET.get("item", "")
    tasks = selectors.open_tasks(actor)
    items = selectors.todo_items(tasks)
    rows = tasks.filter(case__item=item) if item else tasks
    rows = selectors.matching(rows, asked) if asked else rows
    found = slice_of(request, rows, order=selectors.TODO_ORDER, columns=selectors.TODO_COLUMNS)
    context = {
        "slice": found,
        "lines": [(one, _address(one.case__uid), _PARTS.get(one.part, "")) for one in found.rows],
        "items": items,
        "item": item,
        "asked": asked,
        "is_narrowed": bool(item or asked),
        "me": actor.person_id,
        "others": [] if item or asked else waiting_elsewhere(actor),
        "manages": actor.may("workflow.manage_case"),
        "offers_several": (bool(item) or len(items) == 1) and any(task.is_approval for task in found.rows),
        "now": now(),
    }
    return render(request, "workflow/todo.html", context)


_PARTS = {value: title for value, title in Task.Part.choices if value != Task.Part.OWN}
_NOBODY = UUID(int=0)


def _address(case: UUID) -> str:
    """Of a case: worked out once, since a page links fifty."""
    return _pattern().replace(str(_NOBODY), str(case))


@cache
def _pattern() -> str:
    return reverse("workflow:case_detail", args=[_NOBODY])


@dataclass(frozen=True)
class Result:
    """What became of one of several cases; no reason means it was agreed to."""

    case: Case
    reason: str = ""


@require_POST
@page("workflow.act_case")
def agree_several(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Each case is its own transaction: one that cannot go on does not hold back the others."""
    asked, opinion = _uids(request.POST.getlist("task")), request.POST.get("opinion", "").strip()
    tasks = list(selectors.todo_of(actor).filter(is_approval=True, uid__in=asked)[:MOST_AT_ONCE])
    if len({task.case.item for task in tasks}) > 1:
        messages.error(request, "一次只能同意同一事项的办件，请先按事项筛选。")
        return redirect("workflow:todo")
    gone = selectors.no_longer_with(actor, asked)
    if not tasks and not gone:
        messages.info(request, "没有选中需要审批的办件。")
        return redirect("workflow:todo")
    results = [Result(task.case, _refusal(actor, task, opinion)) for task in tasks]
    results += [Result(task.case, f"已不在您的待办中（{task.get_turn_display()}），未再办理。") for task in gone]
    context = {
        "results": results,
        "agreed": sum(not one.reason for one in results),
        "back": f"{reverse('workflow:todo')}?{urlencode({'item': results[0].case.item})}",
    }
    return render(request, "workflow/agreed.html", context)


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


def _refusal(actor: Actor, task: Task, opinion: str) -> str:
    """Agree to one case; the reason when it cannot be done. The task is the request: it can be agreed to once."""
    try:
        services.agree(actor, case=task.case.uid, key=task.uid, opinion=opinion, task=task.number)
    except DomainError as error:
        return error.message
    return ""


def _uids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:MOST_AT_ONCE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
