"""The front door: open and move cases, and ask who has what to do."""

from .acting import Filled
from .asking import (
    add_signers,
    claim_task,
    copy_to,
    delegate,
    remove_signer,
    take_back,
    unclaim_task,
    urge,
)
from .deputising import give_proxy, revoke_proxy
from .elsewhere import waiting_elsewhere
from .engine import APPLICANT, PREVIOUS, Part, Resume
from .forms import filled
from .managing import hand_over, resume_case, suspend, terminate
from .models import Case, Task
from .offering import designed_items_open_to, item_open_to, items_open_to
from .publishing import flow_for
from .selectors import TODO_COUNT, cases_visible_to, done_by, my_cases, my_open_cases, todo_count, todo_of
from .services import (
    agree,
    disagree,
    discard_draft,
    perform,
    resubmit,
    save_amendment,
    save_draft,
    send_back,
    submit,
    transfer,
    withdraw,
)
from .waiting import happened
from .years.in_use import CALENDAR_STAMP, keep_in_step
from .years.in_use import refresh as refresh_calendar

__all__ = [
    "APPLICANT",
    "CALENDAR_STAMP",
    "Case",
    "Filled",
    "PREVIOUS",
    "Part",
    "Resume",
    "TODO_COUNT",
    "Task",
    "add_signers",
    "agree",
    "cases_visible_to",
    "claim_task",
    "copy_to",
    "delegate",
    "designed_items_open_to",
    "disagree",
    "discard_draft",
    "done_by",
    "filled",
    "flow_for",
    "give_proxy",
    "hand_over",
    "happened",
    "item_open_to",
    "items_open_to",
    "keep_in_step",
    "my_cases",
    "my_open_cases",
    "perform",
    "remove_signer",
    "refresh_calendar",
    "resubmit",
    "resume_case",
    "revoke_proxy",
    "save_amendment",
    "save_draft",
    "send_back",
    "submit",
    "suspend",
    "take_back",
    "terminate",
    "todo_count",
    "todo_of",
    "transfer",
    "unclaim_task",
    "urge",
    "waiting_elsewhere",
    "withdraw",
]
