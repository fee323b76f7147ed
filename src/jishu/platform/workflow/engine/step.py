"""One action takes a case from one state to the next. Pure: no database, no clock, no chance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from jishu.platform.contract import (
    Approve,
    Child,
    ChildRefused,
    Flow,
    Handle,
    Then,
    Wait,
    WhoKind,
    Withdrawal,
    base_of,
)

from . import errors, hands, route
from .action import (
    APPLICANT,
    PREVIOUS,
    SYSTEM,
    Action,
    AddSigners,
    Agree,
    AtTask,
    ChildEnded,
    Claim,
    Continue,
    Copy,
    Delegate,
    Disagree,
    Happened,
    Perform,
    Ran,
    Reassign,
    RemoveSigner,
    SendBack,
    Submit,
    Suspend,
    TakeBack,
    Terminate,
    TimeOut,
    Transfer,
    Unclaim,
    Urge,
    Waited,
    Withdraw,
)
from .arrive import ended, leave, resumed, set_out
from .back import may_return_to_applicant, sent_back, taken_back, target_of
from .ballot import settled, turned
from .effect import Effect, effects_between
from .plan import plan_of
from .seat import Seat, applicant_only, must_run, seat_of, with_run
from .state import DECIDED, Outcome, Part, Run, State, Status, Turn


@dataclass(frozen=True)
class Stepped:
    """The next state, and what the world must do about it."""

    state: State
    effects: tuple[Effect, ...]


def step(flow: Flow, state: State, action: Action) -> Stepped:
    """A DomainError refuses the action; NeedPeople asks who is at the step the case arrives at."""
    autos = state.autos + 1 if isinstance(action, Ran) else 0
    after = _OPERATIONS[type(action)](flow, replace(state, tick=state.tick + 1, autos=autos), action)
    return Stepped(after, effects_between(state, after))


def fold(flow: Flow, applicant: int, actions: Iterable[Action]) -> State:
    """The state a log of actions leads to."""
    state = State(applicant=applicant)
    for action in actions:
        state = step(flow, state, action).state
    return state


def may_withdraw(flow: Flow, state: State) -> bool:
    if state.status is Status.RETURNED:
        return True
    if state.status is not Status.RUNNING or flow.withdrawal is Withdrawal.NEVER:
        return False
    return flow.withdrawal is Withdrawal.BEFORE_END or not state.is_decided


def _submit(flow: Flow, state: State, action: Submit) -> State:
    applicant_only(state, action)
    if state.status not in (Status.NEW, Status.RETURNED, Status.WITHDRAWN):
        raise errors.NotSubmittable
    facts = {field: action.values.get(field) for field in sorted(route.asked_fields(flow))}
    picks = {**state.picks, **action.picks}
    fresh = replace(
        state, status=Status.RUNNING, round=state.round + 1, since=state.tick, facts=facts, picks=picks, changed={},
        path=(), splits=(), resume=None, events=(),
    )  # fmt: skip
    _all_picked(flow, fresh)
    if state.resume is not None and route.way(flow, state.facts) == route.way(flow, facts):
        # directly back, unless somebody who must now decide would be passed over
        return resumed(flow, fresh, state.resume, action)
    return set_out(flow, fresh, action)


def _all_picked(flow: Flow, state: State) -> None:
    for node in route.way(flow, state.facts):
        if node.who.kind is WhoKind.CHOSEN and not state.picks.get(node.key):
            raise errors.AssigneeRequired(f"请先选定“{node.title}”的办理人。", field=node.key)


def _agree(flow: Flow, state: State, action: Agree) -> State:
    seat = _at(flow, state, action, Approve)
    assert isinstance(seat.node, Approve)
    told = {base_of(name) for name in action.values}
    if told - set(seat.node.edits):
        raise errors.NotEditable
    if action.values:
        asked = route.asked_fields(flow)
        state = replace(
            state,
            facts={**state.facts, **{name: value for name, value in action.values.items() if name in asked}},
            changed={**state.changed, **dict.fromkeys(sorted(told), state.tick)},
        )
    return _said(flow, state, seat, Turn.APPROVED, action)


def _disagree(flow: Flow, state: State, action: Disagree) -> State:
    return _said(flow, state, _at(flow, state, action, Approve), Turn.REJECTED, action)


def _perform(flow: Flow, state: State, action: Perform) -> State:
    return _said(flow, state, _at(flow, state, action, Handle), Turn.HANDLED, action)


def _at(flow: Flow, state: State, action: AtTask, kind: type[Approve] | type[Handle]) -> Seat:
    seat = seat_of(flow, state, action)
    if not isinstance(seat.node, kind):
        raise errors.WrongStep
    return seat


def _said(flow: Flow, state: State, seat: Seat, turn: Turn, action: Action) -> State:
    deputy = action.person if action.person not in (seat.task.person, SYSTEM) else None
    run = turned(seat.run, seat.task, turn, acted=state.tick, acted_by=deputy)
    if seat.task.part is Part.DELEGATE:
        run = hands.delegate_answered(seat, run, state.tick)
    return _decided(flow, state, seat.run, settled(seat.node, run, state.tick), action)


def _decided(flow: Flow, state: State, old: Run, run: Run, action: Action) -> State:
    """Go where the step leads once it is decided."""
    state = with_run(state, old, run)
    if run.outcome is Outcome.PASSED:
        return leave(flow, state, run, action)
    if run.outcome is Outcome.REJECTED:
        step = plan_of(flow).steps[run.node]
        return _refused(flow, state, run, action, step.rejected_to if isinstance(step, Approve) else "")
    return state


def _refused(flow: Flow, state: State, run: Run, action: Action, to: str) -> State:
    """The end of the case, or back where the flow says; a step never passed is no place to go back to."""
    if not to:
        return ended(state, Status.REJECTED)
    try:
        return sent_back(flow, state, action, target_of(flow, state, run.node, to))
    except (errors.NotVisited, errors.Unreachable, errors.AlreadyHandled):
        if may_return_to_applicant(flow, state):
            return sent_back(flow, state, action, APPLICANT)
        return ended(state, Status.REJECTED)


def _send_back(flow: Flow, state: State, action: SendBack) -> State:
    seat = seat_of(flow, state, action)
    if seat.task.part is Part.DELEGATE:
        raise errors.AdviceOnly
    to = target_of(flow, state, seat.run.node, action.to)
    deputy = action.person if action.person != seat.task.person else None
    run = turned(seat.run, seat.task, Turn.RETURNED, acted=state.tick, acted_by=deputy)
    return sent_back(flow, with_run(state, seat.run, run), action, to, action.resume)


def _take_back(flow: Flow, state: State, action: TakeBack) -> State:
    must_run(state)
    return taken_back(flow, state, action)


def _withdraw(flow: Flow, state: State, action: Withdraw) -> State:
    applicant_only(state, action)
    if state.status is not Status.RETURNED:
        must_run(state)
    if not may_withdraw(flow, state):
        raise errors.TooLate
    return replace(ended(state, Status.WITHDRAWN, Outcome.WITHDRAWN), resume=None)


def _urge(flow: Flow, state: State, action: Urge) -> State:
    applicant_only(state, action)
    must_run(state)
    return state


def _copy(flow: Flow, state: State, action: Copy) -> State:
    """By whoever takes part; the log keeps who showed the case to whom."""
    taking_part = {task.person for _, task in state.tasks() if task.turn in (Turn.OPEN, *DECIDED)}
    if action.person not in {state.applicant, *taking_part}:
        raise errors.NotParticipant
    new = (person for person in dict.fromkeys(action.to) if person not in state.copied)
    return replace(state, copied=(*state.copied, *new))


def _suspend(flow: Flow, state: State, action: Suspend) -> State:
    must_run(state)
    runs = tuple(
        replace(run, tasks=tuple(replace(one, turn=Turn.PARKED) if one.turn is Turn.OPEN else one for one in run.tasks))
        for run in state.runs
    )
    return replace(state, status=Status.SUSPENDED, runs=runs)


def _continue(flow: Flow, state: State, action: Continue) -> State:
    if state.status is not Status.SUSPENDED:
        raise errors.NotSuspended
    plan = plan_of(flow)
    state = replace(state, status=Status.RUNNING)
    for run in state.open_runs:
        if run.tasks and run in state.open_runs:  # deciding one may end another
            state = _decided(flow, state, run, settled(plan.node(run.node), run, state.tick), action)
    return _heard(flow, state, action)


def _terminate(flow: Flow, state: State, action: Terminate) -> State:
    if state.status not in (Status.RUNNING, Status.SUSPENDED, Status.RETURNED):
        raise errors.CaseNotRunning
    return replace(ended(state, Status.TERMINATED), resume=None)


def _by_hand(ask: Callable[[Flow, State, Any], hands.Moved]) -> Callable[[Flow, State, Any], State]:
    """Who is asked has changed; that may decide the step, such as when the last person added is taken out."""

    def run(flow: Flow, state: State, action: Action) -> State:
        old, new = ask(flow, state, action)
        return _decided(flow, state, old, new, action)

    return run


def _time_out(flow: Flow, state: State, action: TimeOut) -> State:
    must_run(state)
    run, task = hands.pending_task(state, action.task)
    if task.turn is not Turn.OPEN:
        raise errors.NotActive
    node = plan_of(flow).node(run.node)
    match node.timeouts[action.stage].then:
        case Then.TRANSFER:
            heir = Reassign(person=SYSTEM, task=task.id, to=action.to)
            return _decided(flow, state, *hands.reassign(flow, state, heir), action)
        case Then.PASS:
            return _said(flow, state, Seat(run, task, node), Turn.AUTO, action)
        case Then.REFUSE:
            return _said(flow, state, Seat(run, task, node), Turn.EXPIRED, action)
        case Then.REMIND:
            return state


def _child_ended(flow: Flow, state: State, action: ChildEnded) -> State:
    must_run(state)
    run = next((one for one in state.open_runs if one.node == action.node), None)
    step = plan_of(flow).steps.get(action.node)
    if run is None or not isinstance(step, Child):
        raise errors.CaseNotRunning
    goes_on = action.well or step.refused is ChildRefused.IGNORE
    new = replace(run, outcome=Outcome.PASSED if goes_on else Outcome.REJECTED, ended=state.tick)
    state = with_run(state, run, new)
    if goes_on:
        return leave(flow, state, new, action)
    return _refused(flow, state, new, action, PREVIOUS if step.refused is ChildRefused.RETURN else "")


def _waited(flow: Flow, state: State, action: Waited) -> State:
    must_run(state)
    run = next((one for one in state.open_runs if one.node == action.node and one.is_wait), None)
    if run is None:
        raise errors.NotActive
    return _let_go(flow, state, run, action)


def _happened(flow: Flow, state: State, action: Happened) -> State:
    """Kept in any case: the wait for it may be yet to come, or go on when a suspended case does."""
    if state.status not in (Status.RUNNING, Status.SUSPENDED):
        raise errors.CaseNotRunning
    if action.event not in state.events:
        state = replace(state, events=(*state.events, action.event))
    return state if state.status is Status.SUSPENDED else _heard(flow, state, action)


def _heard(flow: Flow, state: State, action: Action) -> State:
    """Let go of every wait whose event was told."""
    steps = plan_of(flow).steps
    for run in state.open_runs:
        step = steps[run.node]
        if isinstance(step, Wait) and step.event in state.events and run in state.open_runs:
            state = _let_go(flow, state, run, action)
    return state


def _let_go(flow: Flow, state: State, run: Run, action: Action) -> State:
    new = replace(run, outcome=Outcome.PASSED, ended=state.tick)
    return leave(flow, with_run(state, run, new), new, action)


def _ran(flow: Flow, state: State, action: Ran) -> State:
    must_run(state)
    run = next((one for one in state.open_runs if one.node == action.node and one.is_auto), None)
    if run is None:
        raise errors.NotActive
    asked = route.asked_fields(flow)
    found = {name: value for name, value in action.values.items() if name in asked}
    return _let_go(flow, replace(state, facts={**state.facts, **found}), run, action)


_OPERATIONS: dict[type[Action], Callable[[Flow, State, Any], State]] = {
    Submit: _submit,
    Agree: _agree,
    Disagree: _disagree,
    Perform: _perform,
    SendBack: _send_back,
    Transfer: _by_hand(hands.transfer),
    Delegate: _by_hand(hands.delegate),
    AddSigners: _by_hand(hands.add_signers),
    RemoveSigner: _by_hand(hands.remove_signer),
    Claim: _by_hand(hands.claim),
    Unclaim: _by_hand(hands.unclaim),
    TakeBack: _take_back,
    Withdraw: _withdraw,
    Urge: _urge,
    Copy: _copy,
    Suspend: _suspend,
    Continue: _continue,
    Terminate: _terminate,
    Reassign: _by_hand(hands.reassign),
    TimeOut: _time_out,
    ChildEnded: _child_ended,
    Waited: _waited,
    Happened: _happened,
    Ran: _ran,
}
