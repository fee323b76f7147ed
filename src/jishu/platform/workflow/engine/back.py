"""Going back: sending a case back, and taking one's own decision back."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from jishu.platform.contract import Approve, Flow, Handle, Mode
from jishu.platform.lib.errors import DomainError

from . import errors
from .action import APPLICANT, PREVIOUS, Action, Resume, TakeBack
from .arrive import ended, enter
from .ballot import closed, settled
from .plan import Plan, plan_of
from .state import DECIDED, PENDING, VOTERS, Bookmark, Outcome, Part, Run, Split, State, Status, Task, Turn


def return_targets(flow: Flow, state: State, node: str) -> tuple[str, ...]:
    """The steps the case may be sent back to from ``node``, the latest first; never behind work that was done."""
    passed = [key for key in reversed(state.path) if not plan_of(flow).beside(key, node)]
    return tuple(key for key in passed if not _undoes_work(flow, state, key))


def may_return_to_applicant(flow: Flow, state: State) -> bool:
    return not any(plan_of(flow).is_work(key) for key in state.path)


def target_of(flow: Flow, state: State, node: str, to: str) -> str:
    """The key of the step meant, or APPLICANT: from the first step, the previous one is the applicant."""
    plan = plan_of(flow)
    passed = [key for key in state.path if not plan.beside(key, node)]
    if to == PREVIOUS:
        to = passed[-1] if passed else APPLICANT
    if to == APPLICANT:
        if not may_return_to_applicant(flow, state):
            raise errors.AlreadyHandled
        return to
    if to in plan.spots and plan.beside(to, node):
        raise errors.Unreachable
    if to not in passed:
        raise errors.NotVisited
    if _undoes_work(flow, state, to):
        raise errors.AlreadyHandled
    return to


def sent_back(flow: Flow, state: State, action: Action, to: str, resume: Resume = Resume.RESTART) -> State:
    """The case as it stands after going back to ``to``, a step or APPLICANT."""
    if to == APPLICANT:
        opened = tuple(run.node for run in state.open_runs)
        mark = Bookmark(nodes=opened, passed=state.path, splits=state.splits)
        closing = replace(state, runs=tuple(_sent(state, run) for run in state.runs))
        return replace(ended(closing, Status.RETURNED), resume=mark if resume is Resume.DIRECT else None)
    state, mark = _cleared(flow, state, to, partial(_sent, state))
    then = mark if resume is Resume.DIRECT else None
    state = replace(state, round=state.round + 1)
    return enter(flow, state, plan_of(flow).steps[to], action, then=then, again=True)


def _sent(state: State, run: Run) -> Run:
    if run.outcome is not Outcome.OPEN:
        return run
    here = any(task.turn is Turn.RETURNED for task in run.tasks)
    return closed(run, Outcome.RETURNED if here else Outcome.STOPPED, state.tick)


def may_take_back(flow: Flow, state: State, person: int) -> bool:
    if state.status is not Status.RUNNING:
        return False
    try:
        taken_back(flow, state, TakeBack(person=person))
    except DomainError:
        return False
    return True


def taken_back(flow: Flow, state: State, action: TakeBack) -> State:
    """拿回: possible while nothing was decided after it, by people or by the flow itself."""
    run, task = _last_decision(state, action.person)
    plan = plan_of(flow)
    if isinstance(plan.steps[run.node], Handle):
        raise errors.AlreadyHandled
    if _anyone_spoke_after(plan, run, task):
        raise errors.TooLate
    if run.outcome is Outcome.PASSED:
        _nothing_decided_since(flow, state, run)
        state, _ = _cleared(flow, state, run.node, lambda one: closed(one, Outcome.UNDONE, state.tick))
    again = settled(plan.node(run.node), _reopened(plan, run, task), state.tick)
    if again.outcome is not Outcome.OPEN:
        raise errors.TooLate  # what the others said decides it all the same
    return replace(state, runs=tuple(again if one == run else one for one in state.runs))


def _cleared(flow: Flow, state: State, key: str, close: Callable[[Run], Run]) -> tuple[State, Bookmark]:
    """Undo what came after the step ``key``; branches beside it stay as they are."""
    plan = plan_of(flow)
    after = [run for run in state.open_runs if not plan.beside(run.node, key)]
    removed = _undone(plan, state, key)
    around = plan.splits_around(key)
    stays = [
        replace(split, left=tuple(sorted({*split.left, around.get(split.key, split.left[0])})))
        for split in state.splits
        if split.key in around or plan.beside(split.key, key)
    ]
    reopened = [Split(key=one, left=(at,)) for one, at in around.items() if all(one != old.key for old in state.splits)]
    mark = Bookmark(
        nodes=tuple(run.node for run in after),
        passed=removed,
        splits=tuple(split for split in state.splits if all(split.key != one.key for one in stays)),
        reopened=tuple(split.key for split in reopened),
    )
    cleared = replace(
        state,
        runs=tuple(close(run) if run in after else run for run in state.runs),
        path=tuple(one for one in state.path if one not in removed),
        splits=(*stays, *reopened),
    )
    return cleared, mark


def _undone(plan: Plan, state: State, key: str) -> tuple[str, ...]:
    """The passed steps that going back to ``key`` undoes, itself among them."""
    later = state.path[state.path.index(key) :] if key in state.path else ()
    return tuple(one for one in later if not plan.beside(one, key))


def _undoes_work(flow: Flow, state: State, key: str) -> bool:
    plan = plan_of(flow)
    return any(plan.is_work(one) for one in _undone(plan, state, key))


def _last_decision(state: State, person: int) -> tuple[Run, Task]:
    mine = [
        (run, task)
        for run, task in state.tasks()
        if task.person == person and task.turn in DECIDED and task.acted_by is None and task.acted >= state.since
    ]
    if not mine:
        raise errors.NotAssignee
    run, task = max(mine, key=lambda one: one[1].acted)
    standing = run.outcome is Outcome.OPEN or (run.outcome is Outcome.PASSED and run.node in state.path)
    if not standing:
        raise errors.TooLate
    return run, task


def _anyone_spoke_after(plan: Plan, run: Run, task: Task) -> bool:
    """Someone whose turn came only by this decision: a 后加签, the next of 依次, the one we were asked for, oneself."""
    if any(one.person == task.person and one.turn in PENDING for one in run.tasks):
        return True
    if any(one.parent == task.id and one.part is Part.AFTER and one.turn in DECIDED for one in run.tasks):
        return True
    if any(one.id == task.parent and one.turn in (*DECIDED, Turn.OVERRULED) for one in run.tasks):
        return True
    later = [one for one in run.tasks if one.acted > task.acted and one.turn in DECIDED]
    return _in_turn(plan, run) and any(one.part in VOTERS for one in later)


def _nothing_decided_since(flow: Flow, state: State, run: Run) -> None:
    plan = plan_of(flow)
    for one in state.runs[state.runs.index(run) + 1 :]:
        if one.outcome is Outcome.UNDONE or plan.beside(one.node, run.node):
            continue
        by_itself = one.is_child or one.is_auto
        decided = by_itself or any(task.turn in DECIDED for task in one.tasks)
        passes = one.outcome is Outcome.OPEN or (one.outcome is Outcome.PASSED and flow.auto_is_transparent)
        if decided or not passes:
            raise errors.TooLate


def _in_turn(plan: Plan, run: Run) -> bool:
    step = plan.steps[run.node]
    return isinstance(step, Approve) and step.mode is Mode.SEQUENCE


def _reopened(plan: Plan, run: Run, task: Task) -> Run:
    """The activation as if this decision had not been made; what it had cancelled comes to life again."""
    in_turn = _in_turn(plan, run)

    def before(one: Task) -> Task:
        if one.id == task.id:
            return replace(one, turn=Turn.OPEN, acted=0)
        if run.ended and one.turn is Turn.CANCELLED and one.acted == run.ended:
            # parked goes on by itself where nothing holds it up; waiting is woken in its turn
            own_pace = one.part in VOTERS and not (in_turn and one.part is Part.OWN)
            return replace(one, turn=Turn.PARKED if own_pace else Turn.WAITING, acted=0)
        if in_turn and one.turn is Turn.OPEN and one.part is Part.OWN:
            return replace(one, turn=Turn.WAITING)
        if one.parent == task.id and one.part is Part.AFTER and one.turn is Turn.OPEN:
            return replace(one, turn=Turn.WAITING)
        if one.id == task.parent and one.turn is Turn.OPEN and task.part in (Part.BEFORE, Part.DELEGATE):
            return replace(one, turn=Turn.PARKED)
        return one

    return replace(run, tasks=tuple(before(one) for one in run.tasks), outcome=Outcome.OPEN, ended=0)
