"""The history of a record in sentences: 谁在何时把什么从什么改成什么."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from jishu.platform.audit.api import Entry, entries_about

TOLD = 100
FIELDS_TOLD = 12


@dataclass(frozen=True)
class Sentence:
    """One deed, as people tell it."""

    at: datetime
    who: str
    deed: str
    changes: tuple[str, ...]


def history_of(uid: UUID) -> list[Sentence]:
    """The last hundred deeds, newest first."""
    return [_sentence(entry, uid) for entry in entries_about(uid).order_by("-id")[:TOLD]]


def _sentence(entry: Entry, uid: UUID) -> Sentence:
    own = (change["fields"] for change in entry.changes if change["uid"] == str(uid))
    changes = [_change(title, *pair) for fields in own for title, pair in islice(fields.items(), FIELDS_TOLD)]
    return Sentence(entry.at, entry.actor_name, entry.summary or entry.verb, tuple(changes))


def _change(title: str, before: Any, after: Any) -> str:
    if _is_empty(before):
        return f"填写{title}为“{_said(after)}”"
    if _is_empty(after):
        return f"清除{title}(原为“{_said(before)}”)"
    return f"把{title}由“{_said(before)}”改为“{_said(after)}”"


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
