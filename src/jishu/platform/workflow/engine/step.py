"""One action takes a case from one state to the next. Pure: no database, no clock, no chance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from jishu.platform.contract import Approve, Flow, Handle, Mode, WhoKind

from . import errors, route
from .action import (
    APPLICANT,
    PREVIOUS,
    Action,
    Agree,
    Disagree,
    Node,
    Perform,
    Resume,
    SendBack,
    Submit,
    Transfer,
    Withdraw,
)  # fmt: skip
from .arrive import enter, leave
from .effect import Effect, effects_between
from .state import PENDING, Bookmark, Outcome, Run, State, Status, Task, Turn


@dataclass(frozen=True)
class Stepped:
    """The next state, and what the world must do about it."""

    state: State
    effects: tuple[Effect, ...]


def step(flow: Flow, state: State, action: Action) -> Stepped:
    """A DomainError refuses the action; NeedPeople asks who is at the step the case arrives at."""
    after = _OPERATIONS[type(action)](flow, state, action)
    return Stepped(after, effects_between(state, after))


def fold(flow: Flow, applicant: int, actions: Iterable[Action]) -> State:
    """The state a log of actions leads to."""
    state = State(applicant=applicant)
    for action in actions:
        state = step(flow, state, action).state
    return state


def return_targets(flow: Flow, state: State) -> tuple[Node, ...]:
    """The steps this case may be sent back to: passed ones, the latest first, down to the last piece of work done."""
    passed = [route.nodes(flow)[key] for key in reversed(state.path)]
    handled = next((at for at, node in enumerate(passed) if isinstance(node, Handle)), len(passed))
    return tuple(passed[:handled])


def may_return_to_applicant(flow: Flow, state: State) -> bool:
    return not any(isinstance(route.nodes(flow)[key], Handle) for key in state.path)


def may_withdraw(state: State) -> bool:
    return state.status is Status.RETURNED or (state.status is Status.RUNNING and not state.is_decided)


def _submit(flow: Flow, state: State, action: Submit) -> State:
    _applicant_only(state, action)
    if state.status not in (Status.NEW, Status.RETURNED, Status.WITHDRAWN):
        raise errors.NotSubmittable
    facts = {field: action.values.get(field) for field in sorted(route.asked_fields(flow))}
    fresh = replace(
        state, status=Status.RUNNING, round=state.round + 1, facts=facts, path=(), resume=None, is_decided=False
    )
    if state.resume is not None and _way_is_unchanged(flow, state, fresh):
        there = route.nodes(flow)[state.resume.node]
        return enter(flow, replace(fresh, path=state.resume.path), there, action)
    return enter(flow, fresh, next(iter(route.way(flow, facts)), None), action)


def _way_is_unchanged(flow: Flow, old: State, new: State) -> bool:
    """Direct return is honoured only if nobody who must now decide would be passed over."""
    return route.way(flow, old.facts) == route.way(flow, new.facts)


def _agree(flow: Flow, state: State, action: Agree) -> State:
    run, task, node = _at_own_task(flow, state, action)
    if not isinstance(node, Approve):
        raise errors.WrongStep
    run = _with_turn(run, task, Turn.APPROVED)
    if node.mode is Mode.SEQUENCE:
        run = _next_in_turn(run)
    if node.mode is not Mode.ANY and any(one.turn in PENDING for one in run.tasks):
        return _decided(state, run)
    return _passed(flow, state, run, action)


def _perform(flow: Flow, state: State, action: Perform) -> State:
    run, task, node = _at_own_task(flow, state, action)
    if not isinstance(node, Handle):
        raise errors.WrongStep
    return _passed(flow, state, _with_turn(run, task, Turn.HANDLED), action)


def _disagree(flow: Flow, state: State, action: Disagree) -> State:
    run, task, node = _at_own_task(flow, state, action)
    if not isinstance(node, Approve):
        raise errors.WrongStep
    run = _closed(_with_turn(run, task, Turn.REJECTED), Outcome.REJECTED)
    return replace(_decided(state, run), status=Status.REJECTED)


def _send_back(flow: Flow, state: State, action: SendBack) -> State:
    run, task, _ = _at_own_task(flow, state, action)
    target = _target(flow, state, action.to)
    bookmark = Bookmark(node=run.node, path=state.path) if action.resume is Resume.DIRECT else None
    state = _decided(state, _closed(_with_turn(run, task, Turn.RETURNED), Outcome.RETURNED))
    if target is None:
        return replace(state, status=Status.RETURNED, path=(), resume=bookmark)
    path = state.path[: state.path.index(target.key)]
    return enter(flow, replace(state, round=state.round + 1, path=path), target, action, bookmark)


def _target(flow: Flow, state: State, to: str) -> Node | None:
    """The step to go back to; None is the applicant. From the first step, the previous one is the applicant."""
    allowed = return_targets(flow, state)
    if to == APPLICANT or (to == PREVIOUS and not state.path):
        if not may_return_to_applicant(flow, state):
            raise errors.AlreadyHandled
        return None
    if to != PREVIOUS and to not in state.path:
        raise errors.NotVisited
    key = state.path[-1] if to == PREVIOUS else to
    target = next((node for node in allowed if node.key == key), None)
    if target is None:
        raise errors.AlreadyHandled
    return target


def _withdraw(flow: Flow, state: State, action: Withdraw) -> State:
    _applicant_only(state, action)
    if state.status not in (Status.RUNNING, Status.RETURNED):
        raise errors.CaseNotRunning
    if not may_withdraw(state):
        raise errors.TooLate
    for run in state.open_runs:
        state = _with_run(state, run, _closed(run, Outcome.WITHDRAWN))
    return replace(state, status=Status.WITHDRAWN, path=(), resume=None)


def _transfer(flow: Flow, state: State, action: Transfer) -> State:
    run, task, node = _at_own_task(flow, state, action)
    if node.who.kind is WhoKind.APPLICANT:
        raise errors.OwnConfirmation
    if isinstance(node, Approve) and action.to == state.applicant:
        raise errors.SelfApproval(field="to")
    if any(one.person == action.to and one.turn in PENDING for one in run.tasks):
        raise errors.AlreadyAsked(field="to")
    last = max(one.id for _, one in state.tasks())
    heir = Task(id=last + 1, person=action.to, turn=Turn.OPEN, given_by=action.person)
    tasks = _with_turn(run, task, Turn.TRANSFERRED).tasks
    at = run.tasks.index(task) + 1  # the heir takes the same place in the queue of 依次
    return _with_run(state, run, replace(run, tasks=(*tasks[:at], heir, *tasks[at:])))


def _applicant_only(state: State, action: Action) -> None:
    if action.person != state.applicant:
        raise errors.NotApplicant


def _at_own_task(flow: Flow, state: State, action: Action) -> tuple[Run, Task, Node]:
    if state.status is not Status.RUNNING:
        raise errors.CaseNotRunning
    pending = [(run, task) for run, task in state.pending() if task.person == action.person]
    if not pending:
        raise errors.NotAssignee
    run, task = pending[0]
    if task.turn is Turn.WAITING:
        raise errors.NotActive
    return run, task, route.nodes(flow)[run.node]


def _passed(flow: Flow, state: State, run: Run, action: Action) -> State:
    run = _closed(run, Outcome.PASSED)
    return leave(flow, _decided(state, run), run, action)


def _decided(state: State, run: Run) -> State:
    """The state with the open activation of this step replaced, and the applicant's time to withdraw over."""
    open_run = next(one for one in state.open_runs if one.node == run.node)
    return replace(_with_run(state, open_run, run), is_decided=True)


def _with_run(state: State, old: Run, new: Run) -> State:
    return replace(state, runs=tuple(new if one is old else one for one in state.runs))


def _with_turn(run: Run, task: Task, turn: Turn) -> Run:
    return replace(run, tasks=tuple(replace(one, turn=turn) if one.id == task.id else one for one in run.tasks))


def _closed(run: Run, outcome: Outcome) -> Run:
    """Nobody has anything left to do here."""
    tasks = tuple(replace(one, turn=Turn.CANCELLED) if one.turn in PENDING else one for one in run.tasks)
    return replace(run, tasks=tasks, outcome=outcome)


def _next_in_turn(run: Run) -> Run:
    waiting = next((one for one in run.tasks if one.turn is Turn.WAITING), None)
    return run if waiting is None else _with_turn(run, waiting, Turn.OPEN)


_OPERATIONS: dict[type[Action], Callable[[Flow, State, Any], State]] = {
    Submit: _submit,
    Agree: _agree,
    Disagree: _disagree,
    SendBack: _send_back,
    Withdraw: _withdraw,
    Transfer: _transfer,
    Perform: _perform,
}
