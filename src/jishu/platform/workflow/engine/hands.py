"""Who is asked at a step, changed by people: 转办, 委派, 加签, 减签, 认领.

Each gives the activation before and after; whether that decides the step is for ``step`` to see.
"""

from collections.abc import Iterable
from dataclasses import replace

from jishu.platform.contract import Approve, Flow, Handle, Mode, Returning, WhoKind

from . import errors
from .action import (
    SYSTEM,
    AddSigners,
    Claim,
    Delegate,
    Node,
    Reassign,
    RemoveSigner,
    Transfer,
    Unclaim,
)  # fmt: skip
from .ballot import depth_of, settled, task_of, turned, without
from .plan import plan_of
from .seat import Seat, must_run, seat_of
from .state import GONE, PENDING, VOTERS, Part, Run, State, Status, Task, Turn

DEEPEST = 3

Moved = tuple[Run, Run]


def transfer(flow: Flow, state: State, action: Transfer) -> Moved:
    seat = seat_of(flow, state, action)
    if seat.node.who.kind is WhoKind.APPLICANT:
        raise errors.OwnConfirmation
    _may_be_asked(state, seat.node, seat.run, action.to)
    run = _inherited(state, seat.run, seat.task, action.to, action.person)
    return seat.run, run


def reassign(flow: Flow, state: State, action: Reassign) -> Moved:
    """Whoever is at the step already needs no second task: then the first one only goes."""
    run, task = pending_task(state, action.task)
    node = plan_of(flow).node(run.node)
    if node.who.kind is WhoKind.APPLICANT:
        raise errors.OwnConfirmation
    if isinstance(node, Approve) and action.to == state.applicant:
        raise errors.SelfApproval(field="to")
    given_by = action.person if action.person != SYSTEM else None
    if _is_asked(run, action.to):
        left = _left_out(run, task, action.to, state.tick)
        # under suspension nothing follows by itself
        return run, left if state.status is Status.SUSPENDED else settled(node, left, state.tick)
    return run, _inherited(state, run, task, action.to, given_by)


def delegate(flow: Flow, state: State, action: Delegate) -> Moved:
    seat = _approving(flow, state, action)
    _may_be_asked(state, seat.node, seat.run, action.to)
    added = _added(state, seat, (action.to,), Part.DELEGATE, Mode.ALL)
    return seat.run, turned(added, seat.task, Turn.PARKED)


def delegate_answered(seat: Seat, run: Run, tick: int) -> Run:
    """A delegate's word goes to the owner at once where the flow says so: those in between are not asked again."""
    if not isinstance(seat.node, Approve) or seat.node.delegates is Returning.PREVIOUS:
        return run
    parent = task_of(run, seat.task.parent)
    while parent.part is Part.DELEGATE:
        run = turned(run, parent, Turn.CANCELLED, acted=tick)
        parent = task_of(run, parent.parent)
    return run


def add_signers(flow: Flow, state: State, action: AddSigners) -> Moved:
    seat = _approving(flow, state, action)
    people = tuple(dict.fromkeys(action.to))
    for person in people:
        _may_be_asked(state, seat.node, seat.run, person)
    run = _added(state, seat, people, action.place, action.method)
    if action.place is Part.BEFORE:
        run = turned(run, seat.task, Turn.PARKED)
    return seat.run, settled(seat.node, run, state.tick)


def remove_signer(flow: Flow, state: State, action: RemoveSigner) -> Moved:
    must_run(state)
    giver = action.stands_for or action.person
    for run, task in state.pending():
        added = task.part in (Part.BESIDE, Part.BEFORE, Part.AFTER)
        if added and task.person == action.of and task.given_by == giver:
            new = settled(plan_of(flow).node(run.node), without(run, task, Turn.REMOVED, state.tick), state.tick)
            return run, new
    raise errors.NotAdded(field="of")


def claim(flow: Flow, state: State, action: Claim) -> Moved:
    seat = seat_of(flow, state, action, parked=True)
    claimable = isinstance(seat.node, Handle) or seat.node.mode is Mode.CLAIM
    if not claimable or seat.task.part is not Part.OWN:
        raise errors.WrongStep
    if seat.run.claimed:
        raise errors.AlreadyClaimed
    if seat.task.turn is not Turn.OPEN:
        raise errors.NotActive
    others = {one.id for one in seat.run.tasks if one.part is Part.OWN and one.turn is Turn.OPEN} - {seat.task.id}
    tasks = tuple(replace(one, turn=Turn.PARKED) if one.id in others else one for one in seat.run.tasks)
    return seat.run, replace(seat.run, tasks=tasks, claimed=seat.task.id)


def unclaim(flow: Flow, state: State, action: Unclaim) -> Moved:
    seat = seat_of(flow, state, action, parked=True)
    if seat.run.claimed != seat.task.id:
        raise errors.NotClaimed
    return seat.run, settled(seat.node, replace(seat.run, claimed=0), state.tick)


def pending_task(state: State, number: int) -> tuple[Run, Task]:
    for run, task in state.pending():
        if task.id == number:
            return run, task
    raise errors.NotActive


def _approving(flow: Flow, state: State, action: Delegate | AddSigners) -> Seat:
    seat = seat_of(flow, state, action)
    if not isinstance(seat.node, Approve):
        raise errors.WrongStep
    if getattr(action, "place", None) is not Part.BESIDE and depth_of(seat.run, seat.task) >= DEEPEST:
        raise errors.TooDeep
    return seat


def _may_be_asked(state: State, node: Node, run: Run, person: int) -> None:
    if isinstance(node, Approve) and person == state.applicant:
        raise errors.SelfApproval(field="to")
    if _is_asked(run, person):
        raise errors.AlreadyAsked(field="to")


def _is_asked(run: Run, person: int) -> bool:
    """A delegate who has given an opinion may be asked again; whoever has decided may not."""
    return any(
        one.person == person
        and one.turn not in GONE
        and (one.turn in PENDING or one.part is not Part.DELEGATE)
        for one in run.tasks
    )  # fmt: skip


def _inherited(state: State, run: Run, task: Task, to: int, given_by: int | None) -> Run:
    """The heir takes the same place: in the queue of 依次, in what others do for it, in its claim."""
    heir = replace(task, id=state.last_id + 1, person=to, given_by=given_by, acted_by=None)
    gone = replace(task, turn=Turn.TRANSFERRED, acted=state.tick)
    tasks: list[Task] = []
    for one in run.tasks:
        moved = replace(one, parent=heir.id) if one.parent == task.id else one
        tasks += [gone, heir] if one.id == task.id else [moved]
    claimed = heir.id if run.claimed == task.id else run.claimed
    return replace(run, tasks=tuple(tasks), claimed=claimed)


def _left_out(run: Run, task: Task, to: int, tick: int) -> Run:
    """Without the task of someone whose heir is asked already; the last voice is never lost with it."""
    voices = [one for one in run.tasks if one.part in VOTERS and one.turn not in GONE]
    if voices == [task]:
        raise errors.AlreadyAsked(field="to")
    run = without(run, task, Turn.TRANSFERRED, tick)
    return replace(run, claimed=0) if run.claimed == task.id else run


def _added(state: State, seat: Seat, people: Iterable[int], part: Part, method: Mode) -> Run:
    """The new tasks stand right behind the one they are added to."""
    first = state.last_id + 1
    giver = seat.task.person
    beside = part is Part.BESIDE
    new: list[Task] = []
    for at, person in enumerate(people):
        waits = part is Part.AFTER or (method is Mode.SEQUENCE and at > 0 and not beside)
        new.append(
            Task(
                id=first + at,
                person=person,
                turn=Turn.WAITING if waits else Turn.OPEN,
                given_by=giver,
                part=part,
                parent=0 if beside else seat.task.id,
                group=0 if beside else first,
                method=method,
            )  # fmt: skip
        )
    at = seat.run.tasks.index(seat.task) + 1
    return replace(seat.run, tasks=(*seat.run.tasks[:at], *new, *seat.run.tasks[at:]))
