"""The front door: open and move cases, and ask who has what to do."""

from .engine import APPLICANT, PREVIOUS, Resume
from .forms import filled
from .models import Case, Task
from .selectors import cases_visible_to, done_by, my_cases, my_open_cases, todo_count, todo_of
from .services import (
    Filled,
    agree,
    disagree,
    discard_draft,
    perform,
    resubmit,
    save_draft,
    send_back,
    submit,
    transfer,
    withdraw,
)

__all__ = [
    "APPLICANT",
    "PREVIOUS",
    "Case",
    "Filled",
    "Resume",
    "Task",
    "agree",
    "cases_visible_to",
    "discard_draft",
    "disagree",
    "done_by",
    "filled",
    "my_cases",
    "my_open_cases",
    "perform",
    "resubmit",
    "save_draft",
    "send_back",
    "submit",
    "todo_count",
    "todo_of",
    "transfer",
    "withdraw",
]
