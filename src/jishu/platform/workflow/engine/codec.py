"""Frozen dataclass trees to JSON and back: one spelling per value, and a type tag where a place admits several."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

TAG = "type"


def encode(value: Any) -> Any:
    """Values at their defaults are left out, so that a new field with a default changes no stored JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {one.name: getattr(value, one.name) for one in fields(value)}
        return {TAG: type(value).__name__} | {
            name: encode(each) for name, each in told.items() if each != _defaults(type(value))[name]
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: encode(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(each) for each in value]
    return value


def decode(kind: type[T], data: Any) -> T:
    """The value of this type that ``encode`` gave ``data`` for."""
    return _decoded(kind, data)  # type: ignore[no-any-return]


def decode_any(kinds: Any, data: Any) -> Any:
    """The same for a union of dataclasses; the tag decides."""
    return _decoded(kinds, data)


def _decoded(kind: Any, data: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), data)
    if origin is tuple:
        return tuple(_decoded(get_args(kind)[0], each) for each in data)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _decoded(get_args(kind)[1], each) for key, each in data.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _decoded(hints[name], each) for name, each in data.items() if name != TAG})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    return data


def _one_of(kinds: tuple[Any, ...], data: Any) -> Any:
    if isinstance(data, Mapping):
        return _decoded(next(one for one in kinds if getattr(one, "__name__", "") == data[TAG]), data)
    if isinstance(data, list):
        return _decoded(next(one for one in kinds if get_origin(one) is tuple), data)
    return data


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _defaults(kind: type) -> dict[str, Any]:
    return {one.name: one.default for one in fields(kind)}
