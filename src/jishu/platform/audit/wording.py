"""A change in words, as people tell it."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

FIELDS_TOLD = 12


def told(fields: Mapping[str, Any]) -> Iterator[str]:
    """Title -> (before, after), a sentence for each of the first dozen."""
    for title, pair in islice(fields.items(), FIELDS_TOLD):
        yield _change(title, *pair)


def _change(title: str, before: Any, after: Any) -> str:
    if _is_empty(before):
        return f"填写{title}为“{_said(after)}”"
    if _is_empty(after):
        return f"清除{title}（原为“{_said(before)}”）"
    return f"把{title}由“{_said(before)}”改为“{_said(after)}”"


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
