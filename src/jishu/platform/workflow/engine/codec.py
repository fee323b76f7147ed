"""Frozen dataclass trees to JSON and back: one spelling per value, and a type tag where a place admits several."""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

TAG = "type"


def encode(value: Any) -> Any:
    """Values at their defaults are left out, so that a new field with a default changes no stored JSON."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if is_dataclass(kind):
        told: dict[str, Any] = {TAG: kind.__name__}
        for name, default in _defaults(kind):
            each = getattr(value, name)
            if each is not default and each != default:
                told[name] = encode(each)
        return told
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: encode(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(each) for each in value]
    return str(value) if isinstance(value, Decimal) else value


def decode(kind: type[T], data: Any) -> T:
    """The value of this type that ``encode`` gave ``data`` for."""
    return _reader(kind)(data)  # type: ignore[no-any-return, arg-type]


def decode_any(kinds: Any, data: Any) -> Any:
    """The same for a union of dataclasses; the tag decides."""
    return _reader(kinds)(data)


_PLAIN = frozenset({str, int, bool, float, type(None)})

Reader = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> Reader:
    """How to read values of a type; worked out once per type, since a case has hundreds of them."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind))
    if origin is tuple:
        return _each(get_args(kind)[0])
    if origin is not None and issubclass(origin, Mapping):
        inner = get_args(kind)[1]
        return lambda data: {key: _reader(inner)(each) for key, each in data.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {one.value: one for one in kind}.__getitem__
    return Decimal if kind is Decimal else _as_it_is


def _as_it_is(data: Any) -> Any:
    return data


def _each(inner: Any) -> Reader:
    def read(data: Any) -> Any:
        one = _reader(inner)
        return tuple([one(each) for each in data])

    return read


def _dataclass(kind: type) -> Reader:
    readers: dict[str, Reader] = {}

    def read(data: Any) -> Any:
        if not readers:  # on first use: classes may nest themselves
            readers.update({name: _reader(hint) for name, hint in get_type_hints(kind).items()})
        return kind(**{name: readers[name](each) for name, each in data.items() if name != TAG})

    return read


def _one_of(kinds: tuple[Any, ...]) -> Reader:
    tagged = {kind.__name__: kind for kind in kinds if is_dataclass(kind) and isinstance(kind, type)}
    rows = [kind for kind in kinds if get_origin(kind) is tuple]

    def read(data: Any) -> Any:
        if isinstance(data, Mapping):
            return _reader(tagged[data[TAG]])(data)
        return _reader(rows[0])(data) if isinstance(data, list) else data

    return read


@cache
def _defaults(kind: type) -> tuple[tuple[str, Any], ...]:
    return tuple((one.name, _default(one)) for one in fields(kind))


def _default(one: "Field[Any]") -> Any:
    return one.default if one.default_factory is MISSING else one.default_factory()
