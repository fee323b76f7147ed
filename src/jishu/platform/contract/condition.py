"""Whether a condition on the values of a form holds. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from .flow import AllOf, AnyOf, Compare, Condition, Op

_WITHIN = ":within"
_PLACES = (Op.UNDER, Op.OUTSIDE)
_LISTED = {Op.UNDER: True, Op.HAS: True, Op.OUTSIDE: False, Op.LACKS: False}
_COMPARISONS = {Op.EQ: eq, Op.NE: ne, Op.LT: lt, Op.LE: le, Op.GT: gt, Op.GE: ge}


def holds(condition: Condition, facts: Mapping[str, Any]) -> bool:
    """A value that is missing, or not comparable, makes a comparison false."""
    match condition:
        case AllOf(parts=parts):
            return all(holds(part, facts) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, facts) for part in parts)
        case Compare():
            return _compares(condition, facts.get(fact_of(condition)))


def fields_of(condition: Condition) -> Iterator[str]:
    """The form fields a condition asks about."""
    if isinstance(condition, Compare):
        yield condition.field
    else:
        for part in condition.parts:
            yield from fields_of(part)


def facts_of(condition: Condition) -> Iterator[str]:
    """What must be known to decide it: form fields, and what ``within`` says of some."""
    if isinstance(condition, Compare):
        yield fact_of(condition)
    else:
        for part in condition.parts:
            yield from facts_of(part)


def fact_of(compare: Compare) -> str:
    return within(compare.field) if compare.op in _PLACES else compare.field


def within(name: str) -> str:
    """The fact that lists the units a person or unit lies within, from itself upwards."""
    return f"{name}{_WITHIN}"


def base_of(fact: str) -> str:
    """The field a fact is about."""
    return fact.removesuffix(_WITHIN)


def compared(left: Any, op: Op, right: Any) -> bool:
    """Two values of a form with each other."""
    return _matches(op, left, right)


def _compares(compare: Compare, value: Any) -> bool:
    if value is None or value == "":
        return False
    if compare.op in _LISTED:
        constants = compare.value if isinstance(compare.value, tuple) else (compare.value,)
        return isinstance(value, list) and any(one in value for one in constants) is _LISTED[compare.op]
    if compare.op is Op.IN:
        listed = compare.value if isinstance(compare.value, tuple) else (compare.value,)
        return any(_matches(Op.EQ, value, one) for one in listed)
    return isinstance(compare.value, str) and _matches(compare.op, value, compare.value)


def _matches(op: Op, value: Any, constant: Any) -> bool:
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
