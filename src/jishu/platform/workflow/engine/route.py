"""Which steps a case passes: forks decided by the facts of the form."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from jishu.platform.contract import AllOf, AnyOf, Approve, Compare, Condition, Flow, Fork, Op, Step, WhoKind

from .action import Node

_COMPARISONS = {Op.EQ: eq, Op.NE: ne, Op.LT: lt, Op.LE: le, Op.GT: gt, Op.GE: ge}


def way(flow: Flow, facts: Mapping[str, Any]) -> tuple[Node, ...]:
    """Every step this case passes, in order, under these facts."""
    return tuple(_walk(flow.steps, facts))


def following(flow: Flow, facts: Mapping[str, Any], key: str) -> Node | None:
    """The step after ``key``; None at the end of the way."""
    steps = way(flow, facts)
    at = next(index for index, node in enumerate(steps) if node.key == key)
    return steps[at + 1] if at + 1 < len(steps) else None


@cache
def nodes(flow: Flow) -> Mapping[str, Node]:
    """Every step of the flow by key, whatever the facts."""
    return {node.key: node for node in _every(flow.steps)}


@cache
def asked_fields(flow: Flow) -> frozenset[str]:
    """The form fields the forks of this flow ask about."""
    return frozenset(_asked(flow.steps))


def check(flow: Flow) -> None:
    """ValueError for a flow that could not be travelled; run once, when a definition is published."""
    steps = list(_every(flow.steps))
    keys = [node.key for node in steps]
    if not keys:
        raise ValueError("a flow needs at least one step")
    if doubled := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"step keys used twice: {sorted(doubled)}")
    if wrong := [key for key in keys if not key.isidentifier()]:
        raise ValueError(f"step keys must be identifiers: {wrong}")
    for node in steps:
        if isinstance(node, Approve) and node.who.kind is WhoKind.APPLICANT:
            raise ValueError(f"{node.key}: an applicant never approves the own case")


def holds(condition: Condition, facts: Mapping[str, Any]) -> bool:
    """A value that is missing, or not comparable, makes a comparison false."""
    match condition:
        case AllOf(parts=parts):
            return all(holds(part, facts) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, facts) for part in parts)
        case Compare():
            return _compares(condition, facts.get(condition.field))


def _walk(steps: Iterable[Step], facts: Mapping[str, Any]) -> Iterator[Node]:
    for step in steps:
        if isinstance(step, Fork):
            yield from _walk(_taken(step, facts), facts)
        else:
            yield step


def _taken(fork: Fork, facts: Mapping[str, Any]) -> tuple[Step, ...]:
    return next((branch.steps for branch in fork.branches if holds(branch.when, facts)), fork.otherwise)


def _every(steps: Iterable[Step]) -> Iterator[Node]:
    for step in steps:
        if isinstance(step, Fork):
            for branch in step.branches:
                yield from _every(branch.steps)
            yield from _every(step.otherwise)
        else:
            yield step


def _asked(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, Fork):
            for branch in step.branches:
                yield from _fields(branch.when)
                yield from _asked(branch.steps)
            yield from _asked(step.otherwise)


def _fields(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Compare):
        yield condition.field
    else:
        for part in condition.parts:
            yield from _fields(part)


def _compares(compare: Compare, value: Any) -> bool:
    if value is None or value == "":
        return False
    if compare.op is Op.IN:
        listed = compare.value if isinstance(compare.value, tuple) else (compare.value,)
        return any(_matches(Op.EQ, value, one) for one in listed)
    return isinstance(compare.value, str) and _matches(compare.op, value, compare.value)


def _matches(op: Op, value: Any, constant: str) -> bool:
    left, right = _comparable(value), _comparable(constant)
    if type(left) is type(right) and not (isinstance(left, str) and op not in (Op.EQ, Op.NE)):
        return bool(_COMPARISONS[op](left, right))
    return op is Op.NE


def _comparable(value: Any) -> Decimal | date | str:
    """Numbers as decimals, ISO dates as dates, the rest as text; yes and no are ``true`` and ``false``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        pass
    else:
        return number if number.is_finite() else text
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
