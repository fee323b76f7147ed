"""Saved views above a list: which is open, whether it was changed since, and what became of it if it fits no more."""

from dataclasses import dataclass

from django.http import QueryDict

from jishu.platform.contract import Resource

from .choosing import COLUMNS, chosen
from .habits import EVERYTHING, VIEW, Habits, Tab, vanished_from
from .listing import order_of
from .narrowing import BadFilter

DENSE_COOKIE = "jishu_dense"


@dataclass(frozen=True)
class Shown:
    """A tab, and whether it is the one open."""

    tab: Tab
    is_here: bool


def understood(resource: Resource, habits: Habits, given: QueryDict) -> tuple[QueryDict, list[str]]:
    """The address as this list understands it, and what people must be told about the rest.

    Only a view is read so kindly: any other address that is not understood is refused, see ``listing``.
    """
    view = given.get(VIEW, "")
    if view in ("", EVERYTHING):
        return given, _vanished_columns(resource, given)
    tab = habits.tab(view)
    notes = [] if tab else ["这个视图已被删除，或不再共享给您；下面仍按地址中的条件列出。"]
    read = QueryDict(tab.query, mutable=True) if tab and len(given) == 1 else given.copy()
    read[VIEW] = view
    notes += _vanished_columns(resource, read)
    for name in vanished_from(resource, read):
        notes.append(f"视图中的条件“{name}”已不存在，没有使用，列出的记录可能比原来多。")
    try:
        order_of(resource, read.get("sort", ""))
    except BadFilter:
        del read["sort"]
        notes.append("视图中的排序已不能使用，改按列表原来的次序。")
    return read, notes


def _vanished_columns(resource: Resource, given: QueryDict) -> list[str]:
    return [f"列“{key}”已不存在，没有显示。" for key in chosen(resource, given.get(COLUMNS, "")).vanished]


def tabs_of(habits: Habits, given: QueryDict) -> list[Shown]:
    """Empty where the person has no views: then the list looks as it always did."""
    here = given.get(VIEW, "")
    return [Shown(tab, is_here=str(tab.uid) == here) for tab in habits.tabs]
