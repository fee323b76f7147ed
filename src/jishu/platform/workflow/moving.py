"""Moving a case: one engine step, stored, logged, told and answered by the item's own code, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from jishu.platform.contract import Approve, Flow
from jishu.platform.identity.api import Actor
from jishu.platform.lib.calendar import add_working_time, deadline, working_time_between
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict

from . import engine
from .engine import Asked, Effect, NeedPeople, State, Status, Stepped, Turn, Turned
from .models import Action, Case, Task
from .once import AlreadyDone
from .people import Finder
from .publishing import flow_of
from .standing import item_of, shown_state, state_of
from .telling import tell_of


class KeyReused(Conflict):
    """该请求标识已用于另一次操作,请刷新页面后重试。"""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An action as a person does it: with an opinion, the key of their request, and what they filled in."""

    action: engine.Action
    key: UUID
    opinion: str = ""
    shown: Sequence[dict[str, str]] = field(default_factory=tuple)


def finder_for(case: Case) -> Finder:
    return Finder(case.applicant, case.department, case.agency)


def move(actor: Actor, case: Case, deed: Deed) -> tuple[Effect, ...]:
    """Take a locked case one step on, in at most seven statements beside finding people and telling them.

    AlreadyDone when this very request was answered before.
    """
    seq = _next_seq(actor, case, deed)
    assert case.definition is not None
    flow, before, at = flow_of(case.definition), state_of(case), now()
    action, stepped = _stepped(flow, before, deed.action, finder_for(case))
    _store_case(case, flow, before, stepped.state, at)
    opened = _store_tasks(case, flow, stepped.effects, deed, at)
    Action.objects.create(
        case=case, seq=seq, kind=_kind(action), person_id=action.person, node=_node_of(before, action),
        opinion=deed.opinion, data=engine.encode(action), shown=list(deed.shown), key=deed.key, at=at,
    )  # fmt: skip
    tell_of(actor, case, flow, opened, deed.opinion)
    return stepped.effects


def _next_seq(actor: Actor, case: Case, deed: Deed) -> int:
    log = list(Action.objects.filter(case=case).values_list("key", "kind", "person_id"))
    for key, kind, person in log:
        if key == deed.key:
            if (kind, person) == (_kind(deed.action), actor.person_id):
                raise AlreadyDone(case)
            raise KeyReused
    return len(log) + 1  # the log has no gaps: nothing is ever taken out of it


def _stepped(flow: Flow, state: State, action: engine.Action, finder: Finder) -> tuple[engine.Action, Stepped]:
    """Step, answering the engine's questions as it asks them; the answers become part of the action."""
    while True:
        try:
            return action, engine.step(flow, state, action)
        except NeedPeople as asked:
            found = finder.found(asked.node)
            action = replace(action, people={**action.people, asked.node.key: found})


def _store_case(case: Case, flow: Flow, before: State, after: State, at: datetime) -> None:
    case.engine, case.state = engine.encode(after), shown_state(flow, after)
    case.closed_at = at if after.status in (Status.COMPLETED, Status.REJECTED, Status.WITHDRAWN) else None
    if before.status is Status.RUNNING and after.status is Status.RETURNED:
        case.time_left = working_time_between(at, _promised(case))
    elif before.status is Status.RETURNED and after.status is not Status.WITHDRAWN:
        case.deadline_at = _resumed(case, at)
        case.time_left = None
    elif before.status in (Status.NEW, Status.WITHDRAWN):
        case.submitted_at, case.deadline_at = at, deadline(at, item_of(case).promised_days)
        case.time_left = None
    case.save()


def _promised(case: Case) -> datetime:
    assert case.deadline_at is not None
    return case.deadline_at


def _resumed(case: Case, at: datetime) -> datetime:
    """The clock stood still while the applicant had the case; a promise already broken stays broken."""
    if case.time_left is None or case.time_left <= timedelta():
        return _promised(case)
    return add_working_time(at, case.time_left)


def _store_tasks(case: Case, flow: Flow, effects: Iterable[Effect], deed: Deed, at: datetime) -> list[Task]:
    """Write what changed, one statement per kind of change; return the tasks whose turn it is from now on."""
    rows = Task.objects.filter(case=case)
    turned: dict[Turn, list[int]] = {}
    for effect in effects:
        if isinstance(effect, Turned):
            turned.setdefault(effect.task.turn, []).append(effect.task.id)
    for turn, numbers in turned.items():
        rows.filter(number__in=numbers).update(turn=turn.value, **_marks(turn, deed, at))
    new = Task.objects.bulk_create(_row(case, flow, effect, at) for effect in effects if isinstance(effect, Asked))
    opened = [row for row in new if row.turn == Task.Turn.OPEN]
    return [*opened, *rows.filter(number__in=turned[Turn.OPEN])] if Turn.OPEN in turned else opened


def _marks(turn: Turn, deed: Deed, at: datetime) -> dict[str, Any]:
    if turn is Turn.OPEN:
        return {"opened_at": at}
    return {"acted_at": at} if turn is Turn.CANCELLED else {"acted_at": at, "opinion": deed.opinion}


def _row(case: Case, flow: Flow, asked: Asked, at: datetime) -> Task:
    node = engine.nodes(flow)[asked.run.node]
    return Task(
        case=case, number=asked.task.id, node=node.key, title=node.title, is_approval=isinstance(node, Approve),
        person_id=asked.task.person, given_by_id=asked.task.given_by, turn=asked.task.turn.value,
        due_at=_promised(case), opened_at=at,
    )  # fmt: skip


def _node_of(state: State, action: engine.Action) -> str:
    """The step the person stood at; the applicant's own acts belong to none."""
    return next((run.node for run, task in state.pending() if task.person == action.person), "")


def _kind(action: engine.Action) -> str:
    return type(action).__name__.lower()
