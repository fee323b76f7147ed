"""A case arrives at a step: tasks for its people, or onward where nobody need decide."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from jishu.platform.contract import (
    Approve,
    Auto,
    Child,
    Dedupe,
    Empty,
    Flow,
    Fork,
    Handle,
    Inclusive,
    Mode,
    Notice,
    Own,
    Parallel,
    Step,
    Wait,
)

from .action import Action, Asking, Found, NeedPeople, Node
from .ballot import closed, settled
from .condition import taken
from .errors import GoesInCircles, NobodyToAct
from .plan import ROOT, Line, plan_of
from .state import Bookmark, Outcome, Part, Run, Split, State, Status, Task, Turn

MOST_AUTOS = 50  # automatic steps in a row, before somebody else acts
NOBODY = "无人办理，按流程设定自动通过"


def set_out(flow: Flow, state: State, action: Action) -> State:
    """From the first step."""
    return _along(flow, state, ROOT, 0, action)


def enter(
    flow: Flow, state: State, step: Step, action: Action, *, then: Bookmark | None = None, again: bool = False
) -> State:
    """Arrive at ``step``, and go on from there as long as nobody need decide.

    ``again``: the case was sent back to this very step, so that no earlier approval answers for it.
    """
    if isinstance(step, (Approve, Handle)):
        return _activated(flow, state, step, action, then, again)
    return _PASSAGES[type(step)](flow, state, step, action)


def leave(flow: Flow, state: State, run: Run, action: Action) -> State:
    """``run`` has passed: go where it leads. A step nobody decided at is not part of the path."""
    is_work = run.is_auto and plan_of(flow).is_work(run.node)
    if is_work or any(task.turn not in (Turn.AUTO, Turn.CANCELLED) for task in run.tasks):
        state = replace(state, path=(*state.path, run.node))
    if run.then is not None:
        return resumed(flow, state, run.then, action)
    return onward(flow, state, run.node, action)


def onward(flow: Flow, state: State, key: str, action: Action) -> State:
    """On from the step called ``key``."""
    line, at = plan_of(flow).spots[key]
    return _along(flow, state, line, at + 1, action)


def resumed(flow: Flow, state: State, mark: Bookmark, action: Action) -> State:
    """Directly back to where the case was when it was sent back (直达)."""
    splits = tuple(split for split in state.splits if split.key not in mark.reopened)
    passed = tuple(key for key in mark.passed if key not in state.path)
    state = replace(state, path=(*state.path, *passed), splits=(*splits, *mark.splits))
    for key in mark.nodes:
        if state.status is Status.RUNNING:
            state = enter(flow, state, plan_of(flow).steps[key], action, again=True)
    return state


def ended(state: State, status: Status, outcome: Outcome = Outcome.STOPPED) -> State:
    """The case leaves the flow: nothing in it stays open."""
    runs = tuple(closed(run, outcome, state.tick) if run.outcome is Outcome.OPEN else run for run in state.runs)
    return replace(state, status=status, runs=runs, path=(), splits=())


def _forked(flow: Flow, state: State, step: Fork, action: Action) -> State:
    chosen = next(iter(taken(step.branches, state.facts)), len(step.branches))
    return _along(flow, state, (step.key, chosen), 0, action)


def _every_true(flow: Flow, state: State, step: Inclusive, action: Action) -> State:
    true = sorted(taken(step.branches, state.facts))
    return _divided(flow, state, step, true or [len(step.branches)], action)


def _all_lanes(flow: Flow, state: State, step: Parallel, action: Action) -> State:
    return _divided(flow, state, step, range(len(step.lanes)), action)


def _copied(flow: Flow, state: State, step: Notice, action: Action) -> State:
    people = [one for one in _found(state, step, action).people if one not in state.copied]
    state = replace(state, copied=(*state.copied, *dict.fromkeys(people)))
    return onward(flow, state, step.key, action)


def _along(flow: Flow, state: State, line: Line, at: int, action: Action) -> State:
    """To the step at this place of a row; past its end, out of the branch or to the end of the way."""
    if state.status is not Status.RUNNING:
        return state
    plan = plan_of(flow)
    steps = plan.lines[line]
    if at < len(steps):
        return enter(flow, state, steps[at], action)
    if line == ROOT:
        return replace(state, status=Status.COMPLETED)
    key, branch = line
    if isinstance(plan.steps[key], Fork):
        return onward(flow, state, key, action)
    return _joined(flow, state, key, branch, action)


def _divided(flow: Flow, state: State, step: Inclusive | Parallel, branches: Iterable[int], action: Action) -> State:
    left = tuple(branches)
    state = replace(state, splits=(*state.splits, Split(key=step.key, left=left)))
    for branch in left:
        state = _along(flow, state, (step.key, branch), 0, action)
    return state


def _joined(flow: Flow, state: State, key: str, branch: int, action: Action) -> State:
    """One branch is through; the last one takes the case on."""
    left = next(split.left for split in state.splits if split.key == key)
    still = tuple(one for one in left if one != branch)
    others = tuple(split for split in state.splits if split.key != key)
    if still:
        return replace(state, splits=(*others, Split(key=key, left=still)))
    return onward(flow, replace(state, splits=others), key, action)


def _opened_child(flow: Flow, state: State, step: Child, action: Action) -> State:
    outcome = Outcome.OPEN if step.waits else Outcome.PASSED
    run = Run(node=step.key, round=state.round, tasks=(), outcome=outcome, is_child=True)
    state = _begun(state, run)
    return state if step.waits else onward(flow, state, step.key, action)


def _waiting(flow: Flow, state: State, step: Wait, action: Action) -> State:
    """What was told before the case got here need not be waited for."""
    told = bool(step.event) and step.event in state.events
    outcome = Outcome.PASSED if told else Outcome.OPEN
    state = _begun(state, Run(node=step.key, round=state.round, tasks=(), outcome=outcome, is_wait=True))
    return onward(flow, state, step.key, action) if told else state


def _automatic(flow: Flow, state: State, step: Auto, action: Action) -> State:
    if state.autos >= MOST_AUTOS:
        raise GoesInCircles
    return _begun(state, Run(node=step.key, round=state.round, tasks=(), is_auto=True))


def _begun(state: State, run: Run) -> State:
    return replace(state, runs=(*state.runs, run))


def _activated(flow: Flow, state: State, node: Node, action: Action, then: Bookmark | None, again: bool) -> State:
    found = _found(state, node, action)
    people, trace = _eligible(state, node, found)
    if not people and not _passes_empty(state, node, found):
        if node.empty is not Empty.REJECT:
            raise NobodyToAct(f"“{node.title}”没有可以办理的人员，暂时不能流转。请联系本单位管理员设置负责人。")
        trace = (*trace, "无人办理，按流程设定不予通过")
        run = Run(node=node.key, round=state.round, tasks=(), outcome=Outcome.REJECTED, trace=trace)
        return ended(replace(state, runs=(*state.runs, run)), Status.REJECTED)
    tasks = (*_tasks(flow, state, node, people, again), *_kept(state, node, people))
    run = Run(node=node.key, round=state.round, tasks=_numbered(state, tasks), trace=trace, then=then)
    if tasks:
        run = settled(node, run, state.tick)
    else:
        run = replace(run, outcome=Outcome.PASSED, trace=(*trace, NOBODY), ended=state.tick)
    state = replace(state, runs=(*state.runs, run))
    return state if run.outcome is Outcome.OPEN else leave(flow, state, run, action)


def _found(state: State, node: Asking, action: Action) -> Found:
    if node.key not in action.people:
        raise NeedPeople(node, tuple(state.picks.get(node.key, ())))
    return action.people[node.key]


def _eligible(state: State, node: Node, found: Found) -> tuple[dict[int, int], tuple[str, ...]]:
    """Each person once with their votes, and never the applicant at an approval, whoever did the finding."""
    votes = found.votes or (1,) * len(found.people)
    people: dict[int, int] = {}
    for person, count in zip(found.people, votes, strict=True):
        people.setdefault(person, count)
    if isinstance(node, Approve) and state.applicant in people:
        del people[state.applicant]
        return people, (*found.trace, "申请人不审批本人的办件，已略去")
    return people, found.trace


def _passes_empty(state: State, node: Node, found: Found) -> bool:
    if isinstance(node, Approve) and node.own is Own.SKIP and state.applicant in found.people:
        return True
    return node.empty is Empty.PASS


def _tasks(flow: Flow, state: State, node: Node, people: dict[int, int], again: bool) -> Iterator[Task]:
    in_turn = isinstance(node, Approve) and node.mode is Mode.SEQUENCE
    asked = False
    for person, votes in people.items():
        if not again and isinstance(node, Approve) and _has_approved(flow, state, node, person):
            yield Task(id=0, person=person, turn=Turn.AUTO, votes=votes, acted=state.tick)
            continue
        yield Task(id=0, person=person, turn=Turn.WAITING if in_turn and asked else Turn.OPEN, votes=votes)
        asked = True


def _kept(state: State, node: Node, people: dict[int, int]) -> Iterator[Task]:
    """Those added at this step the last time, as further voices, when the flow keeps them."""
    if not isinstance(node, Approve) or not node.keeps_added:
        return
    last = next((run for run in reversed(state.runs) if run.node == node.key), None)
    known = {*people, state.applicant}
    for task in last.tasks if last else ():
        added = task.part in (Part.BESIDE, Part.BEFORE, Part.AFTER) and task.turn is not Turn.REMOVED
        if added and task.person not in known:
            known.add(task.person)
            yield Task(id=0, person=task.person, turn=Turn.OPEN, part=Part.BESIDE, given_by=task.given_by)


def _numbered(state: State, tasks: Iterable[Task]) -> tuple[Task, ...]:
    return tuple(replace(task, id=number) for number, task in enumerate(tasks, state.last_id + 1))


def _has_approved(flow: Flow, state: State, node: Approve, person: int) -> bool:
    """Whether an approval of this person still stands, and what they see here has not changed since."""
    if flow.dedupe is Dedupe.NONE:
        return False
    plan = plan_of(flow)
    before = [key for key in state.path if not plan.beside(key, node.key)]
    counted = before[-1:] if flow.dedupe is Dedupe.CONSECUTIVE else before
    standing = {run.node: run for run in state.runs if run.outcome is Outcome.PASSED and run.node in counted}
    signed = [
        task.acted
        for run in standing.values()
        for task in run.tasks
        if task.person == person and task.turn is Turn.APPROVED and task.acted_by is None
        and task.part is not Part.DELEGATE
    ]  # fmt: skip
    if not signed or not flow.asks_again_on_change:
        return bool(signed)
    seen = [tick for field, tick in state.changed.items() if field not in node.hidden]
    return max(signed) >= max(seen, default=0)


# Every other kind of step is passed, or stood at, without tasks.
_PASSAGES: dict[type[Step], Callable[[Flow, State, Any, Action], State]] = {
    Fork: _forked,
    Inclusive: _every_true,
    Parallel: _all_lanes,
    Notice: _copied,
    Child: _opened_child,
    Wait: _waiting,
    Auto: _automatic,
}
