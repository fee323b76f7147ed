"""The front door: record, read back, verify."""

from .models import Entry
from .record import Change, Doer, record, request_id
from .selectors import entries_about, entries_visible_to, verbs_about
from .verify import Flaw, Verdict, verify

__all__ = [
    "Change", "Doer", "Entry", "Flaw", "Verdict", "entries_about", "entries_visible_to", "record", "request_id",
    "verbs_about", "verify",
]  # fmt: skip
