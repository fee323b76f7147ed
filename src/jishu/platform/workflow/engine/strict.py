"""Values from outside: decoded only when they are exactly what the types say, small, and not nested without end."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal, InvalidOperation
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from jishu.platform.contract import Flow, Step

from .codec import TAG, decode, decode_any
from .plan import every

T = TypeVar("T")

DEEPEST = 40  # levels of JSON; each level of the tree takes three
MOST_STEPS = 200
LONGEST = 1_000  # characters of one text
LONGEST_LIST = 500


class Malformed(ValueError):
    """What was read is not what its type says; the message is for developers."""


def strictly(kind: type[T], data: Any) -> T:
    """The value of this type, or Malformed."""
    return _checked(kind, data, lambda: decode(kind, data))  # type: ignore[no-any-return]


def strict_step(data: Any) -> Step:
    return _checked(Step, data, lambda: decode_any(Step, data))  # type: ignore[no-any-return]


def strict_flow(data: Any) -> Flow:
    flow = strictly(Flow, data)
    if sum(1 for _ in every(flow.steps)) > MOST_STEPS:
        raise Malformed(f"more than {MOST_STEPS} steps")
    return flow


def _checked(kind: Any, data: Any, read: Any) -> Any:
    _not_too_deep(data)
    try:
        value = read()
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise Malformed(str(error)) from error
    _conform(kind, value)
    return value


def _not_too_deep(data: Any) -> None:
    level = [data]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ())
        ]
        if not level:
            return
    raise Malformed("nested too deeply")


def _conform(hint: Any, value: Any) -> None:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        hint = next((one for one in get_args(hint) if _fits(one, value)), None)
        if hint is None:
            raise Malformed(f"{TAG} {type(value).__name__} is not allowed here")
        origin = get_origin(hint)
    if not _fits(hint, value):
        raise Malformed(f"{value!r:.40} where {hint} is wanted")
    if origin is tuple:
        for one in value:
            _conform(get_args(hint)[0], one)
    elif is_dataclass(hint):
        hints = get_type_hints(hint)
        for each in fields(hint):
            _conform(hints[each.name], getattr(value, each.name))


def _fits(hint: Any, value: Any) -> bool:
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and len(value) <= LONGEST_LIST
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**6
    if hint is str:
        return isinstance(value, str) and len(value) <= LONGEST
    if hint is Decimal:
        return isinstance(value, Decimal) and value.is_finite() and 0 <= value < 10**4
    return isinstance(value, hint)
