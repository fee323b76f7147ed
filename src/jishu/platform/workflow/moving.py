"""Moving a case: one engine step, stored, logged, told and answered by the item's own code, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from jishu.platform.contract import Approve, Flow, Notice
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict

from . import clocks, engine, signatures, storing
from .engine import DECIDED, PENDING, SYSTEM, Asked, Copied, Effect, NeedPeople, State, Stepped, Turn, Turned
from .events import publish_move
from .grounds import grounded
from .models import Action, Case, CaseCopy, Task
from .once import AlreadyDone
from .people import Finder
from .publishing import flow_of
from .standing import shown_state, state_of
from .telling import tell_of


class KeyReused(Conflict):
    """该请求标识已用于另一次操作，请刷新页面后重试。"""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An action as a person does it: with an opinion, the key of their request, and what they filled in.

    ``hidden``: the form fields people it is copied to do not see.
    """

    action: engine.Action
    key: UUID
    opinion: str = ""
    shown: Sequence[dict[str, Any]] = field(default_factory=tuple)
    hidden: Sequence[str] = ()


def finder_for(case: Case) -> Finder:
    return Finder(case.applicant, case.department, case.agency, case.values)


def move(actor: Actor, case: Case, deed: Deed) -> tuple[Effect, ...]:
    """Take a locked case one step on, in at most seven statements beside finding people and telling them.

    AlreadyDone when this very request was answered before. The state counts its actions, so that the log needs no
    counting and has no gaps.
    """
    _answered_before(actor, case, deed)
    assert case.definition is not None
    flow, before, at = flow_of(case.definition), state_of(case), now()
    finder = finder_for(case)
    action, stepped = _stepped(flow, before, _grounded(flow, deed.action, finder), finder)
    case.engine, case.state = engine.encode(stepped.state), shown_state(flow, stepped.state)
    clocks.set_case_clock(case, before, stepped.state, at)
    storing.write(case, _MOVING if getattr(action, "values", None) or not before.tick else _TIMES)
    opened = _store_tasks(case, flow, stepped.effects, deed, at)
    _store_copies(case, flow, stepped, action, deed, at)
    entry = Action(
        case_id=case.pk, seq=stepped.state.tick, kind=_kind(action), person_id=action.person or None,
        node=_node_of(before, action), opinion=deed.opinion, data=engine.encode(action), shown=list(deed.shown),
        key=deed.key, at=at,
    )  # fmt: skip
    entry.seal = signatures.seal_of(case, entry, engine.hidden_at(flow, entry.node))
    storing.insert([entry])
    tell_of(actor, case, flow, opened, stepped.effects, deed.opinion)
    publish_move(case, action, stepped.effects)
    return stepped.effects


_FILLED = (engine.Submit, engine.Agree, engine.Ran)
_TIMES = ("state", "engine", "submitted_at", "deadline_at", "time_left", "closed_at")
_MOVING = (*_TIMES, "number", "subject", "values", "shown", "typed", "definition_id", "edition_id")


def _answered_before(actor: Actor, case: Case, deed: Deed) -> None:
    """AlreadyDone for a repeated request; KeyReused when its key meant something else."""
    earlier = storing.answered(case.pk, deed.key)
    if earlier == (_kind(deed.action), actor.person.pk if actor.person else None):
        raise AlreadyDone(case)
    if earlier is not None:
        raise KeyReused


def _stepped(flow: Flow, state: State, action: engine.Action, finder: Finder) -> tuple[engine.Action, Stepped]:
    """Step, answering the engine's questions as it asks them; the answers become part of the action."""
    while True:
        try:
            return action, engine.step(flow, state, action)
        except NeedPeople as asked:
            found = finder.found(asked.node, asked.picked)
            action = replace(action, people={**action.people, asked.node.key: found})


def _grounded(flow: Flow, action: engine.Action, finder: Finder) -> engine.Action:
    """With what the conditions of the flow ask beside the form; part of the action, so that the log tells it again."""
    if not isinstance(action, _FILLED):
        return action
    values = action.values
    found = grounded(flow, values, finder, begins=isinstance(action, engine.Submit))
    return action if found is values else replace(action, values=found)


def _store_tasks(case: Case, flow: Flow, effects: Iterable[Effect], deed: Deed, at: datetime) -> list[Task]:
    """Write what changed, set by set; return the tasks whose turn it is from now on."""
    effects = list(effects)
    turned = [effect.task for effect in effects if isinstance(effect, Turned)]
    woken = _store_pending(case, flow, [task for task in turned if task.turn in PENDING], at)
    _store_settled(case, [task for task in turned if task.turn not in PENDING], deed, at)
    new = [_row(case, flow, effect, at) for effect in effects if isinstance(effect, Asked)]
    storing.insert(new)
    return [row for row in (*new, *woken) if row.turn == Task.Turn.OPEN]


def _store_pending(case: Case, flow: Flow, tasks: Sequence[engine.Task], at: datetime) -> list[Task]:
    """Those whose turn begins, or who now wait for others: their clocks start and stop."""
    if not tasks:
        return []
    turns = {task.id: task for task in tasks}
    rows = list(Task.objects.filter(case=case, number__in=turns))
    changed = []
    for row in rows:
        task, node, was = turns[row.number], engine.nodes(flow)[row.node], row.turn
        row.turn, row.acted_at, row.opinion = task.turn.value, None, ""
        if task.turn is Turn.OPEN and was != Turn.OPEN.value:
            clocks.start(row, case, node, at)
            changed.append(row)
        elif task.turn is not Turn.OPEN and was == Turn.OPEN.value:
            clocks.stop(row, node, at)
    Task.objects.bulk_update(rows, _CHANGING)
    return changed


_CHANGING = ("turn", "opinion", "opened_at", "acted_at", "due_at", "due_left", "timer_at", "timer_left")


def _store_settled(case: Case, tasks: Iterable[engine.Task], deed: Deed, at: datetime) -> None:
    """One statement per kind of end; the opinion goes with the task of whoever gave it."""
    kinds: dict[tuple[Turn, int | None], list[int]] = {}
    for task in tasks:
        kinds.setdefault((task.turn, task.acted_by), []).append(task.id)
    for (turn, deputy), numbers in kinds.items():
        said = deed.opinion if turn in (*DECIDED, Turn.TRANSFERRED) else None
        storing.settle(case.pk, numbers, turn=turn.value, at=at, deputy=deputy, opinion=said)


def _row(case: Case, flow: Flow, asked: Asked, at: datetime) -> Task:
    node = engine.nodes(flow)[asked.run.node]
    row = Task(
        case_id=case.pk, number=asked.task.id, node=node.key, title=node.title, is_approval=isinstance(node, Approve),
        person_id=asked.task.person, given_by_id=asked.task.given_by, part=asked.task.part.value,
        turn=asked.task.turn.value, due_at=clocks.promised(case), opened_at=at,
    )  # fmt: skip
    if asked.task.turn is Turn.OPEN:
        clocks.start(row, case, node, at)
    elif asked.task.turn not in PENDING:
        row.acted_at = at
    return row


def _store_copies(case: Case, flow: Flow, stepped: Stepped, action: engine.Action, deed: Deed, at: datetime) -> None:
    copied = [person for effect in stepped.effects if isinstance(effect, Copied) for person in effect.people]
    if copied:
        masked = _masked(flow, action.people)
        CaseCopy.objects.bulk_create(
            CaseCopy(case=case, person_id=one, hidden=list(masked.get(one, deed.hidden)), at=at) for one in copied
        )


def _masked(flow: Flow, people: Mapping[str, engine.Found]) -> dict[int, tuple[str, ...]]:
    """What each person reached by a 抄送 step does not see; the first step that found them decides."""
    told: dict[int, tuple[str, ...]] = {}
    for key, found in people.items():
        node = engine.nodes(flow)[key]
        if isinstance(node, Notice):
            told = {**dict.fromkeys(found.people, node.hidden), **told}
    return told


def _node_of(state: State, action: engine.Action) -> str:
    """The step the person stood at; the applicant's own acts belong to none."""
    if isinstance(action, (engine.ChildEnded, engine.Waited, engine.Ran)):
        return action.node
    holder = getattr(action, "stands_for", 0) or action.person
    wanted = getattr(action, "task", 0)
    for run, task in state.pending():
        if task.id == wanted or (not wanted and holder != SYSTEM and task.person == holder):
            return run.node
    return ""


def _kind(action: engine.Action) -> str:
    return type(action).__name__.lower()
