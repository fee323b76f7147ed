"""Editing a condition as a tree of comparisons: and/or groups, a field, a comparison and a value of its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jishu.platform.contract import AllOf, AnyOf, Compare, Condition, Field, Kind, Op
from jishu.platform.lib.errors import DomainError

from .judging import fits, of_condition, ops_for
from .terms import REFERRING, Terms
from .tree import EMPTY
from .words import OPS

DEEPEST, MOST = 4, 20
LONGEST = 200
Path = tuple[int, ...]


class TooBig(DomainError):
    """条件最多四层、每组最多 20 个，请拆成几个分支。"""


@dataclass(frozen=True)
class Row:
    """One line of the editor. ``path`` names its inputs; a group has ``parts``, a comparison the rest."""

    path: str
    join: str = ""
    parts: tuple["Row", ...] = ()
    field: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    op: str = ""
    ops: tuple[tuple[str, str], ...] = ()
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    kind: str = "text"
    wrong: tuple[str, ...] = ()
    may_nest: bool = False


def grouped(condition: Condition) -> AllOf | AnyOf:
    """The editor always begins with a group."""
    return condition if isinstance(condition, (AllOf, AnyOf)) else AllOf(parts=(condition,))


def plain(condition: AllOf | AnyOf) -> Condition:
    """A group of one is that one."""
    return condition.parts[0] if len(condition.parts) == 1 else condition


def rows_of(condition: Condition, terms: Terms) -> Row:
    return _row(grouped(condition), (), terms)


def _row(condition: Condition, path: Path, terms: Terms) -> Row:
    name = "c" + "".join(f"_{at}" for at in path)
    if isinstance(condition, (AllOf, AnyOf)):
        parts = tuple(_row(part, (*path, at), terms) for at, part in enumerate(condition.parts))
        join = "all" if isinstance(condition, AllOf) else "any"
        return Row(name, join, parts, may_nest=len(path) < DEEPEST - 1)
    about = terms.about(condition.field, condition.op)
    asked = terms.comparable.get(condition.field)
    fields = tuple((one.name, one.title) for one in terms.comparable.values())
    if condition.field and about is None:
        fields = (*fields, (condition.field, f"{condition.field}（不在申请表里）"))
    ops = tuple((op.value, OPS[op]) for op in (ops_for(asked) if asked else (condition.op,)))
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return Row(
        name, field=condition.field, fields=fields, op=condition.op.value, ops=ops, value=_written(values, about),
        options=_options(about, condition.op), kind=_kind(about), wrong=tuple(of_condition(condition, terms)),
    )  # fmt: skip


def _options(about: Field | None, op: Op) -> tuple[tuple[str, str], ...]:
    if about is None or op is Op.IN:
        return ()
    if about.kind is Kind.BOOLEAN:
        return (("true", "是"), ("false", "否"))
    return tuple((one.code, one.title) for one in about.choices) if about.kind in _PICKED else ()


_PICKED = (Kind.CHOICE, Kind.CHOICES, Kind.RECORD)


def _written(values: tuple[str, ...], about: Field | None) -> str:
    """What stands in the input: names rather than keys."""
    titles = {one.code: one.title for one in about.choices} if about and about.kind in REFERRING else {}
    picked = about is not None and about.kind in _PICKED and len(values) == 1
    return "、".join(values if picked else (titles.get(one, one) for one in values))


def _kind(about: Field | None) -> str:
    kinds = {
        Kind.DATE: "date", Kind.MONEY: "decimal", Kind.INTEGER: "numeric", Kind.PERSON: "person", Kind.UNIT: "unit",
    }  # fmt: skip
    return kinds.get(about.kind, "text") if about else "text"


def taken(condition: Condition, data: Mapping[str, Any], terms: Terms) -> Condition:
    """The same tree with what was filled in; unfinished comparisons are kept as they are."""
    return plain(_group(_taken(grouped(condition), (), data, terms)))


def _group(condition: Condition) -> AllOf | AnyOf:
    assert not isinstance(condition, Compare)
    return condition


def _taken(condition: Condition, path: Path, data: Mapping[str, Any], terms: Terms) -> Condition:
    name = "c" + "".join(f"_{at}" for at in path)
    if isinstance(condition, (AllOf, AnyOf)):
        parts = tuple(_taken(part, (*path, at), data, terms) for at, part in enumerate(condition.parts))
        join = data.get(f"{name}.join", "all" if isinstance(condition, AllOf) else "any")
        return AnyOf(parts=parts) if join == "any" else AllOf(parts=parts)
    field = str(data.get(f"{name}.field", condition.field))[:LONGEST]
    op = _op(data.get(f"{name}.op", condition.op.value), terms.comparable.get(field), condition.op)
    about = terms.about(field, op)
    return Compare(field=field, op=op, value=_value(data.get(f"{name}.value"), condition, about, op, terms))


def _op(said: Any, about: Field | None, was: Op) -> Op:
    known = ops_for(about) if about else tuple(Op)
    found = next((one for one in known if one.value == said), None)
    return found or (was if was in known else known[0])


def _value(said: Any, was: Compare, about: Field | None, op: Op, terms: Terms) -> str | tuple[str, ...]:
    """Choices may be written by their title, people and units by their name; what fits no more is emptied."""
    old = was.value if isinstance(was.value, tuple) else (was.value,)
    text = "、".join(old) if said is None else str(said)[: LONGEST * 5]
    pieces = [text] if op is not Op.IN else text.replace(",", "、").replace("，", "、").split("、")
    titles = {one.title: one.code for one in about.choices} if about else {}
    titles |= terms.typed if about and about.kind in REFERRING else {}
    texts = [titles.get(one.strip(), one.strip())[:LONGEST] for one in pieces]
    if op is Op.IN:
        return tuple(one for one in texts if one)
    changed = about is not None and was.field != about.name
    return "" if changed and about and not fits(texts[0], about) else texts[0]


def edited(condition: Condition, deed: str, where: str) -> Condition:
    """A button of the editor: ``add`` a comparison or ``nest`` a group into the group at ``where``, or ``drop`` it."""
    path = tuple(int(one) for one in where.removeprefix("c").split("_") if one.isdecimal())
    changes: dict[str, Callable[[Condition], Condition | None]] = {
        "add": lambda one: _with(one, EMPTY),
        "nest": lambda one: _with(one, AnyOf(parts=(EMPTY, EMPTY))),
        "drop": lambda _: None,
    }
    if deed not in changes or (deed == "nest" and len(path) >= DEEPEST - 1):
        raise TooBig
    changed = _at(grouped(condition), path, changes[deed])
    return plain(_group(changed)) if changed is not None and not isinstance(changed, Compare) else AllOf(parts=())


def _with(group: Condition, part: Condition) -> Condition:
    if isinstance(group, Compare):
        return group
    if len(group.parts) >= MOST:
        raise TooBig
    return replace(group, parts=(*group.parts, part))


def _at(one: Condition, path: Path, change: Callable[[Condition], Condition | None]) -> Condition | None:
    if not path:
        return change(one)
    if isinstance(one, Compare) or path[0] >= len(one.parts):
        return one
    inner = _at(one.parts[path[0]], path[1:], change)
    parts = (*one.parts[: path[0]], *(() if inner is None else (inner,)), *one.parts[path[0] + 1 :])
    return replace(one, parts=parts)
