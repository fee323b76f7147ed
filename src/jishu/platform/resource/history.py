"""The history of a record in sentences: 谁在何时把什么从什么改成什么."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jishu.platform.audit.api import Entry, entries_about, told

TOLD = 100


@dataclass(frozen=True)
class Sentence:
    """One deed, as people tell it."""

    entry: int
    at: datetime
    who: str
    deed: str
    changes: tuple[str, ...]


def history_of(uid: UUID) -> list[Sentence]:
    """The last hundred deeds, newest first."""
    return [_sentence(entry, uid) for entry in entries_about(uid).order_by("-id")[:TOLD]]


def _sentence(entry: Entry, uid: UUID) -> Sentence:
    own = (change["fields"] for change in entry.changes if change["uid"] == str(uid))
    changes = [sentence for fields in own for sentence in told(fields)]
    return Sentence(entry.id, entry.at, entry.actor_name, entry.deed, tuple(changes))
