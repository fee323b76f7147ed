"""Where a stored case stands: its item, its engine state, and the one word people read."""

from jishu.platform.contract import BusinessItem, Flow, Handle, WhoKind, item
from jishu.platform.lib.errors import DomainError

from . import engine
from .engine import State, Status
from .models import Case


class ItemClosed(DomainError):
    """该事项所属系统已停用,暂时不能办理。请联系管理员。"""


def item_of(case: Case) -> BusinessItem:
    try:
        return item(case.item)
    except KeyError as error:
        raise ItemClosed from error


def state_of(case: Case) -> State:
    return State(applicant=case.applicant_id) if case.engine is None else engine.decode(State, case.engine)


def shown_state(flow: Flow, state: State) -> Case.State:
    """The one word people read; while anyone decides it is in approval, whatever work goes on beside."""
    if state.status is not Status.RUNNING:
        return _ENDS[state.status]
    steps = [engine.plan_of(flow).steps[run.node] for run in state.open_runs]
    work = [step for step in steps if isinstance(step, Handle)]
    if len(work) < len(steps):
        return Case.State.RUNNING
    own = all(step.who.kind is WhoKind.APPLICANT for step in work)
    return Case.State.CONFIRMING if own else Case.State.HANDLING


_ENDS = {
    Status.SUSPENDED: Case.State.SUSPENDED,
    Status.RETURNED: Case.State.RETURNED,
    Status.COMPLETED: Case.State.COMPLETED,
    Status.REJECTED: Case.State.REJECTED,
    Status.WITHDRAWN: Case.State.WITHDRAWN,
    Status.TERMINATED: Case.State.TERMINATED,
}
