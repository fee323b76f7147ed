"""What every service on a case shares: the lock, whose task it is, and the answers of the item's own code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict
from uuid import UUID, uuid4

from django.db.models import QuerySet

from jishu.platform.command import claim, touched
from jishu.platform.contract import Auto, Child, item
from jishu.platform.identity.api import Actor, system_actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError

from . import engine, selectors, storing
from .engine import SYSTEM, AutoDue, ChildDropped, ChildOpened, Completed, Status, Stopped, Submitted
from .models import Case
from .moving import Deed, move
from .numbering import next_number
from .pauses import store_waits
from .publishing import definition_for, flow_of
from .standing import item_of, state_of
from .standing_in import stands_for

OPINION_LENGTH = 1_000
_ENDED = (Case.State.COMPLETED, Case.State.REJECTED, Case.State.WITHDRAWN, Case.State.TERMINATED)


class OpinionRequired(DomainError):
    """请写明理由，申请人需要据此补正或了解原因。"""


class AutomaticMissing(DomainError):
    """流程的自动环节所指的处理已不存在，请联系流程管理员修改流程。"""


class OpinionTooLong(DomainError):
    """意见不能超过 1000 字。"""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form that passed its checks: values as typed objects, as kept, and as people read them."""

    cleaned: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    shown: Sequence[dict[str, Any]] = ()


class Seat(TypedDict):
    """Who acts, for whom, at which task: as the engine's actions take it."""

    person: int
    stands_for: int
    task: int


def held(actor: Actor, case: UUID) -> Case:
    """One's own by one statement; that of someone one stands in for, or a child case, the long way."""
    own = storing.claim_own(actor.person_id, case)
    if own is None:
        return claim_case(selectors.cases_held_by(actor), case)
    touched(own)
    return own


def claim_case(rows: QuerySet[Case], case: UUID) -> Case:
    """Locked from the outermost case inwards, so that a parent and its child never wait for each other."""
    above = Case.objects.filter(uid=case).values_list("parent_id", flat=True).first()
    lock_above(above)
    return claim(rows, case)


def lock_above(parent: int | None) -> None:
    if parent is not None:
        lock_above(Case.objects.filter(pk=parent).values_list("parent_id", flat=True).first())
        Case.objects.select_for_update(of=("self",)).get(pk=parent)


def seat(actor: Actor, case: Case, task: int = 0) -> Seat:
    """At which task the actor acts: their own, or else that of someone they stand in for."""
    person = actor.person_id
    open_tasks = [one for _, one in state_of(case).pending() if task in (0, one.id)]
    if any(one.person == person for one in open_tasks):
        return {"person": person, "stands_for": 0, "task": task}
    holders = list(dict.fromkeys(one.person for one in open_tasks))
    principal = stands_for(person, case, holders) if holders else 0
    return {"person": person, "stands_for": principal, "task": task}


def said(opinion: str) -> str:
    if not opinion.strip():
        raise OpinionRequired(field="opinion")
    return opinion.strip()


def checked(opinion: str) -> None:
    if len(opinion) > OPINION_LENGTH:
        raise OpinionTooLong(field="opinion")


def taken(actor: Actor, case: Case, deed: Deed) -> Case:
    checked(deed.opinion)
    answer(actor, case, move(actor, case, deed))
    return case


def answer(actor: Actor, case: Case, effects: Sequence[engine.Effect]) -> None:
    """The item's own code answers what happened, in this very transaction; then child cases and the parent follow."""
    about = item_of(case)
    for effect, hook in ((Submitted, about.submitted), (Stopped, about.stopped), (Completed, about.completed)):
        if hook is not None and any(isinstance(one, effect) for one in effects):
            hook(actor, case)
    store_waits(case, effects)
    _follow(actor, case, effects)
    if case.parent_id is not None and case.state in _ENDED:
        _tell_parent(actor, case)


def _follow(actor: Actor, case: Case, effects: Sequence[engine.Effect]) -> None:
    """Child cases first: what an automatic step does may already end what this action began."""
    for one in effects:
        if isinstance(one, ChildDropped):
            _drop_child(actor, case, one.run.node)
        elif isinstance(one, ChildOpened):
            _open_child(actor, case, one.run.node)
    for one in effects:
        if isinstance(one, AutoDue) and one.run in state_of(case).open_runs:
            _run_automatic(case, one.run.node)


def platform() -> Actor:
    """The platform acting by itself."""
    return system_actor("平台", ("workflow.act_case", "workflow.manage_case"))


def _run_automatic(case: Case, node: str) -> None:
    """With a line of the log of its own; the engine keeps automatic steps from going in circles."""
    assert case.definition is not None
    step = engine.plan_of(flow_of(case.definition)).steps[node]
    assert isinstance(step, Auto)
    automatic = item_of(case).automatics.get(step.action)
    if automatic is None:
        raise AutomaticMissing
    found = automatic.run(platform(), case) or {}
    values = {one.name: found[one.name] for one in automatic.results if one.name in found}
    deed = Deed(action=engine.Ran(person=SYSTEM, node=node, values=values), key=uuid4(), opinion=automatic.title)
    answer(platform(), case, move(platform(), case, deed))


def _open_child(actor: Actor, case: Case, node: str) -> None:
    assert case.definition is not None
    step = engine.plan_of(flow_of(case.definition)).steps[node]
    assert isinstance(step, Child)
    about = item(step.item)
    values = {one.field: case.values.get(one.source) for one in step.carries}
    titles = {one.name: one.title for one in about.fields}
    shown = [one for one in case.shown if one["name"] in {carried.source for carried in step.carries}]
    names = {carried.source: carried.field for carried in step.carries}
    child = Case(
        item=about.code, item_name=about.name, subject=case.subject, applicant=case.applicant, agency=case.agency,
        department=case.department, form_key=uuid4(), parent=case, parent_node=node, values=values,
        shown=[{**one, "name": names[one["name"]], "title": titles[names[one["name"]]]} for one in shown],
    )  # fmt: skip
    child.save()
    touched(child)
    child.number, child.definition = next_number(about.short, today().year), definition_for(about, case.agency)
    action = engine.Submit(person=case.applicant_id, values=values)
    answer(actor, child, move(actor, child, Deed(action=action, key=child.form_key, shown=child.shown)))


def _drop_child(actor: Actor, case: Case, node: str) -> None:
    """The case went elsewhere: what it waited for ends with it."""
    for child in selectors.with_organisation().filter(parent=case, parent_node=node, closed_at=None):
        touched(child)
        action = engine.Terminate(person=SYSTEM)
        answer(platform(), child, move(platform(), child, Deed(action=action, key=uuid4(), opinion="主办件已变更。")))


def _tell_parent(actor: Actor, child: Case) -> None:
    """Only a parent that is still waiting at this step goes on."""
    assert child.parent_id is not None
    parent = selectors.with_organisation().get(pk=child.parent_id)
    state = state_of(parent)
    if state.status is not Status.RUNNING or all(run.node != child.parent_node for run in state.open_runs):
        return
    touched(parent)
    action = engine.ChildEnded(person=SYSTEM, node=child.parent_node, well=child.state == Case.State.COMPLETED)
    answer(actor, parent, move(platform(), parent, Deed(action=action, key=child.uid)))
