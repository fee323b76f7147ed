"""The times of a case and its tasks, in working time. A clock stands still while nobody could act."""

from datetime import datetime, timedelta

from jishu.platform.contract import Approve, Handle, Timeout
from jishu.platform.lib.calendar import add_working_time, deadline, working_time_between

from .engine import Asking, State, Status
from .models import Case, Task
from .standing import item_of

_STILL = (Status.RETURNED, Status.SUSPENDED)
_CLOSED = (Status.COMPLETED, Status.REJECTED, Status.WITHDRAWN, Status.TERMINATED)


def set_case_clock(case: Case, before: State, after: State, at: datetime) -> None:
    """The promise (承诺时限): begun, stopped while the case is returned or suspended, gone on with."""
    case.closed_at = at if after.status in _CLOSED else None
    if before.status is Status.RUNNING and after.status in _STILL:
        case.time_left = working_time_between(at, promised(case))
    elif before.status in _STILL and after.status in (Status.RUNNING, Status.COMPLETED):
        case.deadline_at, case.time_left = _after(at, case.time_left, promised(case)), None
    elif before.status in (Status.NEW, Status.WITHDRAWN):
        case.submitted_at, case.deadline_at = at, deadline(at, item_of(case).promised_days)
        case.time_left = None


def promised(case: Case) -> datetime:
    assert case.deadline_at is not None
    return case.deadline_at


def start(row: Task, case: Case, node: Asking, at: datetime) -> None:
    """It is this person's turn: now for the first time, or again."""
    times = timeouts(node)
    row.opened_at = row.opened_at if row.timer_left is not None or row.due_left is not None else at
    row.due_at = _after(at, row.due_left, deadline(at, times[-1].days)) if times else promised(case)
    if row.stage < len(times):
        row.timer_at = _after(at, row.timer_left, deadline(at, times[row.stage].days))
    row.timer_left = row.due_left = None


def stop(row: Task, node: Asking, at: datetime) -> None:
    """The person waits for others."""
    if timeouts(node):
        row.due_left = working_time_between(at, row.due_at)
    if row.timer_at is not None:
        row.timer_left, row.timer_at = max(working_time_between(at, row.timer_at), timedelta()), None


def next_stage(row: Task, node: Asking, at: datetime) -> None:
    """A time of the step has run out; the next one begins, if there is one."""
    times = timeouts(node)
    row.stage, row.timer_at = row.stage + 1, None
    if row.stage < len(times):
        row.timer_at = deadline(at, times[row.stage].days - times[row.stage - 1].days)


def timeouts(node: Asking) -> tuple[Timeout, ...]:
    return node.timeouts if isinstance(node, (Approve, Handle)) else ()


def _after(at: datetime, left: timedelta | None, otherwise: datetime) -> datetime:
    """The time that was left, counted from now; a term already broken stays broken."""
    if left is None:
        return otherwise
    return add_working_time(at, left) if left > timedelta() else min(otherwise, at)
