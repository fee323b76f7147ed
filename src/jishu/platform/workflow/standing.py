"""Where a stored case stands: its item, its engine state, and the one word people read."""

from jishu.platform.contract import BusinessItem, Flow, Handle, WhoKind, item
from jishu.platform.lib.errors import DomainError

from . import engine
from .engine import State, Status
from .models import Case
from .offering import item_of_edition


class ItemClosed(DomainError):
    """该事项所属系统已停用，暂时不能办理。请联系管理员。"""


def item_of(case: Case) -> BusinessItem:
    if case.edition_id is not None:
        return item_of_edition(case.edition_id)
    try:
        return item(case.item)
    except KeyError as error:
        raise ItemClosed from error


def state_of(case: Case) -> State:
    """Read once for as long as the row says the same: a case of a hundred signers is a long reading."""
    if case.engine is None:
        return State(applicant=case.applicant_id)
    kept = case.__dict__.get("_read")
    if kept is None or kept[0] is not case.engine:
        case.__dict__["_read"] = kept = (case.engine, engine.decode(State, case.engine))
    return kept[1]


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
