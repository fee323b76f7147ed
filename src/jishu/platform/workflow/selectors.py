"""Which cases and to-dos a person may see."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jishu.platform.identity.api import Actor

from .models import DONE, Case, Task
from .standing import state_of

# What lists never show; a page of fifty must not carry fifty forms.
HEAVY = ("values", "shown", "engine")
TODO_ORDER = ("due_at", "id")
DONE_ORDER = ("-acted_at", "-id")


def with_organisation() -> QuerySet[Case]:
    return Case.objects.select_related("applicant", "department", "agency", "definition")


def cases_visible_to(actor: Actor) -> QuerySet[Case]:
    """One's own, those one has or had to act on, and those of the units one may look into — never others' drafts."""
    mine = Q(applicant=actor.person) if actor.person else Q(pk__in=())
    acted = Q(Exists(Task.objects.filter(case=OuterRef("pk"), person=actor.person))) if actor.person else mine
    overseen = _within(actor, "workflow.view_case") | _within(actor, "audit.view_entry")
    return with_organisation().filter(mine | (acted | overseen) & ~Q(state=Case.State.DRAFT))


def cases_held_by(actor: Actor) -> QuerySet[Case]:
    """Those the actor may act on at all: as applicant or as someone who has, or had, a task in it."""
    acted = Exists(Task.objects.filter(case=OuterRef("pk"), person=actor.person_id))
    return with_organisation().filter(Q(applicant=actor.person_id) | acted)


def my_cases(actor: Actor) -> QuerySet[Case]:
    """Drafts included, newest first."""
    rows = Case.objects.select_related("applicant", "department", "agency").filter(applicant=actor.person_id)
    return rows.defer(*HEAVY).order_by("-id")


def my_open_cases(actor: Actor) -> QuerySet[Case]:
    return my_cases(actor).filter(closed_at=None)


def todo_of(actor: Actor) -> QuerySet[Task]:
    """What waits for this person, soonest due first."""
    tasks = Task.objects.filter(person=actor.person_id, turn=Task.Turn.OPEN)
    return _with_case(tasks).order_by(*TODO_ORDER)


def done_by(actor: Actor) -> QuerySet[Task]:
    """What this person did themselves, latest first."""
    return _with_case(Task.objects.filter(person=actor.person_id, turn__in=DONE)).order_by(*DONE_ORDER)


def todo_count(actor: Actor, limit: int = 100) -> int:
    """Counted no further than ``limit``; the platform's own jobs have nothing to do."""
    if actor.person is None:
        return 0
    return Task.objects.filter(person=actor.person_id, turn=Task.Turn.OPEN).order_by()[:limit].count()


def todo_items(actor: Actor) -> list[dict[str, Any]]:
    """The items one's to-dos belong to, with how many of each."""
    open_tasks = Task.objects.filter(person=actor.person_id, turn=Task.Turn.OPEN)
    grouped = open_tasks.values("case__item", "case__item_name").annotate(count=Count("id"))
    return list(grouped.order_by("-count", "case__item"))


def matching(tasks: QuerySet[Task], text: str) -> QuerySet[Task]:
    """Narrowed to those whose subject, number or applicant contains the text."""
    return tasks.filter(
        Q(case__subject__icontains=text) | Q(case__number__icontains=text) | Q(case__applicant__name__icontains=text)
    )


def neighbours(actor: Actor, task: Task) -> tuple[Task | None, Task | None]:
    """The to-dos before and after this one."""
    at = Q(due_at=task.due_at)
    before = todo_of(actor).filter(Q(due_at__lt=task.due_at) | at & Q(id__lt=task.id))
    after = todo_of(actor).filter(Q(due_at__gt=task.due_at) | at & Q(id__gt=task.id))
    return before.reverse().first(), after.first()


def draft_of(actor: Actor, item: str) -> Case | None:
    """The latest draft of an item, with what was typed."""
    drafts = with_organisation().filter(applicant=actor.person_id, item=item, state=Case.State.DRAFT)
    return drafts.order_by("-id").first()


def open_task(case: Case, actor: Actor) -> Task | None:
    """The actor's own to-do in this case."""
    return Task.objects.filter(case=case, person=actor.person_id, turn=Task.Turn.OPEN).first()


def open_node(case: Case, actor: Actor) -> str:
    """The step at which it is the actor's turn; empty when it is not."""
    held = (run.node for run, task in state_of(case).pending() if task.person == actor.person_id)
    return next(held, "") if actor.person else ""


def _with_case(tasks: QuerySet[Task]) -> QuerySet[Task]:
    heavy = (f"case__{name}" for name in HEAVY)
    return tasks.select_related("case__applicant", "case__department", "case__agency").defer(*heavy)


def _within(actor: Actor, permission: str) -> Q:
    return actor.scope(permission).within_agencies("agency")
