"""Which cases and to-dos a person may see."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.db import scalars

from .engine import Turn, nodes
from .models import DONE, Case, CaseCopy, Task
from .publishing import flow_of
from .standing import state_of
from .standing_in import open_tasks_for, tasks_stood_in_for

# What lists never show; a page of fifty must not carry fifty forms.
HEAVY = ("values", "shown", "typed", "engine")
GROUPED = 500
TODO_ORDER = ("due_at", "id")
DONE_ORDER = ("-acted_at", "-id")
# How many to-dos, one's own and those of whom one stands in for, are in `_open_tasks`, as a scalar subquery. Every page
# asks: building the same with the query builder costs ten times the statement. Takes %(person)s, %(now)s and %(limit)s.
TODO_COUNT = """
    SELECT least(count(*), %(limit)s) FROM (
        (SELECT id FROM workflow_task WHERE person_id = %(person)s AND turn = 'open' LIMIT %(limit)s)
        UNION
        (SELECT t.id
           FROM workflow_proxy p
           JOIN workflow_task t ON t.person_id = p.person_id AND t.turn = 'open'
           JOIN workflow_case c ON c.id = t.case_id AND c.applicant_id <> p.deputy_id
          WHERE p.deputy_id = %(person)s AND p.revoked_at IS NULL AND p.during @> %(now)s
            AND (p.items = '{}' OR c.item = ANY (p.items))
          LIMIT %(limit)s)
    ) AS open_tasks"""


def with_organisation() -> QuerySet[Case]:
    return Case.objects.select_related("applicant", "department", "agency", "definition")


def cases_visible_to(actor: Actor) -> QuerySet[Case]:
    """One's own, those one has or had to act on, and those of the units one may look into — never others' drafts."""
    mine = Q(applicant=actor.person) if actor.person else Q(pk__in=())
    acted = _concerned(actor.person.pk) if actor.person else mine
    overseen = _within(actor, "workflow.view_case") | _within(actor, "audit.view_entry")
    return with_organisation().filter(mine | (acted | overseen) & ~Q(state=Case.State.DRAFT))


def cases_overseen_by(actor: Actor) -> QuerySet[Case]:
    """Submitted cases of the units one may look into."""
    return with_organisation().filter(_within(actor, "workflow.view_case")).exclude(state=Case.State.DRAFT)


def cases_held_by(actor: Actor) -> QuerySet[Case]:
    """Those the actor may act on at all: as applicant, as someone who has, or had, a task in it, or as a deputy."""
    person = actor.person_id
    acted = Exists(Task.objects.filter(Q(person=person) | Q(acted_by=person), case=OuterRef("pk")))
    return with_organisation().filter(Q(applicant=person) | Q(acted) | _stood_in_for(person))


def cases_managed_by(actor: Actor) -> QuerySet[Case]:
    """Submitted cases of the units the actor manages; one's own case is managed by someone else."""
    rows = with_organisation().filter(_within(actor, "workflow.manage_case")).exclude(state=Case.State.DRAFT)
    return rows.exclude(applicant=actor.person) if actor.person else rows


def manages(actor: Actor, case: Case) -> bool:
    return actor.scope("workflow.manage_case").covers(case.agency) and case.applicant_id != (
        actor.person.pk if actor.person else 0
    )


def hidden_from(actor: Actor, case: Case) -> frozenset[str]:
    """The form fields the actor does not see: hidden in every capacity in which they meet the case."""
    person = actor.person.pk if actor.person else 0
    if case.applicant_id == person or case.definition is None:
        return frozenset()
    if any(actor.scope(permission).covers(case.agency) for permission in ("workflow.view_case", "audit.view_entry")):
        return frozenset()
    steps = nodes(flow_of(case.definition))
    stood_in = tasks_stood_in_for(person) or Q()
    mine = Task.objects.filter(Q(person=person) | Q(acted_by=person) | stood_in, case=case)
    masks = [frozenset(steps[key].hidden) for key in mine.values_list("node", flat=True).distinct()]
    masks += [
        frozenset(one) for one in CaseCopy.objects.filter(case=case, person=person).values_list("hidden", flat=True)
    ]
    return frozenset.intersection(*masks) if masks else frozenset()


def shown_to(actor: Actor, case: Case) -> list[dict[str, Any]]:
    """The form as this person may read it."""
    hidden = hidden_from(actor, case)
    return [one for one in case.shown if one["name"] not in hidden]


def copied_to(actor: Actor) -> QuerySet[Case]:
    """抄送我的, the latest first."""
    return with_organisation().filter(copies__person=actor.person_id).defer(*HEAVY).order_by("-copies__id")


def my_cases(actor: Actor) -> QuerySet[Case]:
    """Drafts included, newest first."""
    rows = Case.objects.select_related("applicant", "department", "agency").filter(applicant=actor.person_id)
    return rows.defer(*HEAVY).order_by("-id")


def my_open_cases(actor: Actor) -> QuerySet[Case]:
    return my_cases(actor).filter(closed_at=None)


def todo_of(actor: Actor) -> QuerySet[Task]:
    """What waits for this person, or for someone they stand in for, soonest due first."""
    return _with_case(_open_tasks(actor)).order_by(*TODO_ORDER)


def no_longer_with(actor: Actor, tasks: Sequence[UUID]) -> list[Task]:
    """Those among the tasks that were this person's own and wait for them no more."""
    mine = Task.objects.filter(uid__in=tasks, person=actor.person_id).exclude(turn=Task.Turn.OPEN)
    return list(_with_case(mine).order_by("id"))


def done_by(actor: Actor) -> QuerySet[Task]:
    """What this person did, or a deputy did in their stead, or they did as one; latest first."""
    mine = Q(person=actor.person_id, turn__in=DONE) | Q(acted_by=actor.person_id)
    return _with_case(Task.objects.filter(mine)).order_by(*DONE_ORDER)


def todo_count(actor: Actor, limit: int = 100) -> int:
    """Counted no further than ``limit``; the platform's own jobs have nothing to do."""
    if actor.person is None:
        return 0
    return int(scalars(TODO_COUNT, person=actor.person_id, now=now(), limit=limit)[0])


def open_tasks(actor: Actor) -> QuerySet[Task]:
    """What waits for this person, or for someone they stand in for: asked once, listed and grouped from there."""
    return _open_tasks(actor)


# What a list shows of a to-do: named values, since rows of five tables would cost a page its time.
TODO_COLUMNS = (
    "id", "uid", "due_at", "opened_at", "title", "part", "is_approval", "given_by_id", "person_id", "person__name",
    "case__uid", "case__number", "case__subject", "case__applicant__name", "case__department__short_name",
)  # fmt: skip


def todo_items(tasks: QuerySet[Task]) -> list[dict[str, Any]]:
    """The items the most urgent of the to-dos belong to, with how many of each; of thousands, the first are enough."""
    urgent = tasks.order_by(*TODO_ORDER).values("pk")[:GROUPED]
    grouped = Task.objects.filter(pk__in=urgent).values(item=F("case__item"), item_name=F("case__item_name"))
    found = list(grouped.annotate(count=Count("id")).order_by("-count", "item"))
    is_all = sum(one["count"] for one in found) < GROUPED
    return [{**one, "count": one["count"] if is_all else ""} for one in found]


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
    """The actor's own to-do in this case, or else one of someone they stand in for."""
    own = Task.objects.filter(case=case, person=actor.person_id, turn=Task.Turn.OPEN).order_by("number").first()
    others = None if own else open_tasks_for(actor.person_id)
    return own if others is None else others.filter(case=case).order_by("number").first()


def node_of_task(case: Case, holder: int, task: int = 0) -> str:
    """The step at which it is this person's turn; empty when it is not."""
    pending = state_of(case).pending()
    mine = [(run, one) for run, one in pending if one.person == holder and task in (0, one.id)]
    return min(mine, key=lambda each: each[1].turn is not Turn.OPEN)[0].node if mine else ""


def _open_tasks(actor: Actor) -> QuerySet[Task]:
    mine = Q(person=actor.person_id) | (tasks_stood_in_for(actor.person_id) or Q())
    return Task.objects.filter(mine, turn=Task.Turn.OPEN)


def _concerned(person: int) -> Q:
    """Had a task, acted in someone's stead, may do so now, or was sent a copy."""
    acted = Exists(Task.objects.filter(Q(person=person) | Q(acted_by=person), case=OuterRef("pk")))
    copied = Exists(CaseCopy.objects.filter(case=OuterRef("pk"), person=person))
    return Q(acted) | Q(copied) | _stood_in_for(person)


def _stood_in_for(person: int) -> Q:
    """Cases with a to-do of someone this person stands in for."""
    tasks = open_tasks_for(person)
    return Q() if tasks is None else Q(Exists(tasks.filter(case=OuterRef("pk"))))


def _with_case(tasks: QuerySet[Task]) -> QuerySet[Task]:
    heavy = (f"case__{name}" for name in HEAVY)
    return tasks.select_related("person", "acted_by", "case__applicant", "case__department", "case__agency").defer(
        *heavy
    )


def _within(actor: Actor, permission: str) -> Q:
    return actor.scope(permission).within_agencies("agency")
