"""At which task somebody acts."""

from dataclasses import dataclass, replace

from jishu.platform.contract import Approve, Flow

from . import errors
from .action import Action, AtTask, Node
from .plan import plan_of
from .state import Run, State, Status, Task, Turn


@dataclass(frozen=True)
class Seat:
    run: Run
    task: Task
    node: Node


def seat_of(flow: Flow, state: State, action: AtTask, *, parked: bool = False) -> Seat:
    """One's own open task, or that of the person one stands for; nobody approves the own case for anyone."""
    must_run(state)
    holder = action.stands_for or action.person
    pending = [(run, task) for run, task in state.pending() if task.person == holder and action.task in (0, task.id)]
    if not pending:
        raise errors.NotAssignee
    run, task = min(pending, key=lambda one: one[1].turn is not Turn.OPEN)
    node = plan_of(flow).node(run.node)
    if isinstance(node, Approve) and action.person == state.applicant:
        raise errors.SelfApproval
    if task.turn is not Turn.OPEN and not (parked and task.turn is Turn.PARKED):
        raise errors.NotActive
    return Seat(run, task, node)


def must_run(state: State) -> None:
    if state.status is Status.SUSPENDED:
        raise errors.CaseSuspended
    if state.status is not Status.RUNNING:
        raise errors.CaseNotRunning


def applicant_only(state: State, action: Action) -> None:
    if action.person != state.applicant:
        raise errors.NotApplicant


def with_run(state: State, old: Run, new: Run) -> State:
    return replace(state, runs=tuple(new if one is old else one for one in state.runs))
