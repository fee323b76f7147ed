"""What the buttons of the designer do: each gives the changed flow, what was done in words, and where to look next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms

from jishu.platform.contract import Branch, Flow
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError

from . import conditions, making, tree, words
from .forms import FlowForm, RowForm, StepForm, step_form
from .outline import place_from
from .terms import Terms, with_typed


@dataclass(frozen=True)
class Deed:
    """``look`` is the query of the page to show next; ``place`` joins changes of one place into one stroke."""

    flow: Flow
    said: str
    look: str = ""
    place: str = ""


class Wrong(Exception):
    """The settings as filled in cannot be taken; the form says why."""

    def __init__(self, form: forms.Form) -> None:
        self.form = form
        super().__init__()


@dataclass(frozen=True)
class Desk:
    """The draft in front of somebody, and what they sent."""

    flow: Flow
    terms: Terms
    actor: Actor
    data: Mapping[str, Any]

    @property
    def key(self) -> str:
        return str(self.data.get("step", ""))

    @property
    def at(self) -> int:
        text = str(self.data.get("row", ""))
        return int(text) if text.isdecimal() and len(text) < 4 else -1

    @property
    def title(self) -> str:
        return tree.step_of(self.flow, self.key).title

    def form(self) -> StepForm:
        return step_form(tree.step_of(self.flow, self.key), self.flow, self.terms, self.actor, self.data)


def done(do: str, desk: Desk) -> Deed:
    """``do`` may carry a word of its own after a colon: ``condition:add:c_0``."""
    name, _, word = do.partition(":")
    try:
        act = _DEEDS[name]
    except KeyError as error:
        raise DomainError("没有这个操作，请刷新页面后再试。") from error
    return act(desk, word)


def look_at(key: str = "", row: int | None = None) -> str:
    told = {"step": key} if row is None else {"step": key, "row": str(row)}
    return urlencode(told) if key else ""


def _set(desk: Desk, word: str) -> Deed:
    """Keep the settings of a step."""
    flow = _with_settings(desk)
    return Deed(flow, f"修改“{tree.step_of(flow, desk.key).title}”", look_at(desk.key), f"step:{desk.key}")


def _with_settings(desk: Desk) -> Flow:
    """What stands in the form beside a button counts too; a button in the drawing has no form beside it."""
    if "title" not in desk.data:
        return desk.flow
    form = desk.form()
    if not form.is_valid():
        raise Wrong(form)
    return tree.exchanged(desk.flow, desk.key, form.taken())


def _add(desk: Desk, word: str) -> Deed:
    place = place_from(str(desk.data.get("place", "")))
    step = making.made(word, desk.flow, desk.terms)
    flow = tree.inserted(desk.flow, place.line, place.at, step)
    return Deed(flow, f"添加{words.kind_of(step)}“{step.title}”", look_at(step.key))


def _shift(by: int) -> Callable[[Desk, str], Deed]:
    def shift(desk: Desk, word: str) -> Deed:
        flow = tree.shifted(_with_settings(desk), desk.key, by)
        return Deed(flow, f"{'下移' if by > 0 else '上移'}“{desk.title}”", look_at(desk.key))

    return shift


def _move(desk: Desk, word: str) -> Deed:
    place = place_from(str(desk.data.get("to", "")))
    flow = tree.moved(_with_settings(desk), desk.key, place.line, place.at)
    return Deed(flow, f"移动“{desk.title}”", look_at(desk.key))


def _copy(desk: Desk, word: str) -> Deed:
    """Right behind, or to a place."""
    to = str(desk.data.get("to", ""))
    place = place_from(to) if to else None
    flow, key = tree.copied(_with_settings(desk), desk.key, place.line if place else None, place.at if place else 0)
    return Deed(flow, f"复制“{desk.title}”", look_at(key))


def _delete(desk: Desk, word: str) -> Deed:
    return Deed(tree.removed(desk.flow, desk.key), f"删除“{desk.title}”")


def _add_row(desk: Desk, word: str) -> Deed:
    flow = tree.with_branch(_with_settings(desk), desk.key)
    return Deed(
        flow, f"为“{desk.title}”添加分支", look_at(desk.key, len(tree.rows_of(tree.step_of(flow, desk.key))) - 1)
    )


def _set_row(desk: Desk, word: str) -> Deed:
    """The name of a branch, its condition as filled in, and then what a button of the condition asks for."""
    row = tree.branch_of(desk.flow, desk.key, desk.at)
    form = RowForm(row, desk.data)
    if not form.is_valid():
        raise Wrong(form)
    new = form.taken()
    if isinstance(new, Branch):
        when = conditions.taken(new.when, desk.data, with_typed(desk.terms, desk.data, desk.actor))
        deed, _, where = word.partition(":")
        new = Branch(
            title=new.title, when=conditions.edited(when, deed, where) if deed else when, steps=new.steps,
            priority=new.priority,
        )  # fmt: skip
    flow = tree.with_branch_as(desk.flow, desk.key, desk.at, new)
    return Deed(flow, f"修改分支“{new.title}”", look_at(desk.key, desk.at), f"row:{desk.key}:{desk.at}:{word}")


def _delete_row(desk: Desk, word: str) -> Deed:
    row = tree.branch_of(desk.flow, desk.key, desk.at)
    return Deed(tree.without_branch(desk.flow, desk.key, desk.at), f"删除分支“{row.title}”", look_at(desk.key))


def _shift_row(by: int) -> Callable[[Desk, str], Deed]:
    def shift(desk: Desk, word: str) -> Deed:
        row = tree.branch_of(desk.flow, desk.key, desk.at)
        count = len(tree.rows_of(tree.step_of(desk.flow, desk.key)))
        flow = tree.shifted_branch(desk.flow, desk.key, desk.at, by)
        return Deed(flow, f"移动分支“{row.title}”", look_at(desk.key, min(max(desk.at + by, 0), count - 1)))

    return shift


def _set_flow(desk: Desk, word: str) -> Deed:
    form = FlowForm(desk.flow, desk.data)
    if not form.is_valid():
        raise Wrong(form)
    return Deed(form.taken(), "修改流程设置", "", "flow")


_DEEDS: Mapping[str, Callable[[Desk, str], Deed]] = {
    "set": _set,
    "add": _add,
    "up": _shift(-1),
    "down": _shift(1),
    "move": _move,
    "copy": _copy,
    "delete": _delete,
    "add_row": _add_row,
    "set_row": _set_row,
    "condition": _set_row,
    "delete_row": _delete_row,
    "row_up": _shift_row(-1),
    "row_down": _shift_row(1),
    "set_flow": _set_flow,
}
