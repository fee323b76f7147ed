"""The one JSON form of a contract, and its JSON Schema. Callables stay at home: they are code, not declaration."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django.db.models import Model

from .resource import Column, Resource
from .system import Contract, Page

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def to_json(value: Any) -> Any:
    """Plain JSON values of a declaration; fields that hold callables or classes are left out."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [to_json(one) for one in value]
    if isinstance(value, Mapping):
        return {key: to_json(one) for key, one in value.items() if not _is_code(one)}
    if is_dataclass(value) and not isinstance(value, type):
        declared = {each.name: getattr(value, each.name) for each in fields(value) if _declared(type(value), each.name)}
        # What is not said is left out: absent and null must not be two ways of saying one thing.
        told = {name: to_json(one) for name, one in declared.items() if one is not None}
        return _kind_of(value) | told | _derived(value)
    return value


def _columns(resource: Resource) -> list[dict[str, Any]]:
    """With what the model knows of each: another system has no model to look it up in."""
    return [to_json(column) | _of_column(resource, column) for column in resource.columns]


def _of_column(resource: Resource, column: Column) -> dict[str, Any]:
    field = resource.field_of(column)
    return {
        "key": column.key,
        "title": resource.title_of(column),
        "kind": field.get_internal_type() if field is not None else "TextField",
        "length": (field.max_length or 0) if field is not None else 0,
        "codes": [str(title) for _, title in field.flatchoices] if field is not None and field.choices else [],
        "sensitivity": resource.sensitivity.get(column.path, 1),
        "personal": column.path in resource.personal,
    }


def json_schema() -> dict[str, Any]:
    """The JSON Schema every contract satisfies, in-house or posted by another system."""
    definitions: dict[str, Any] = {}
    root = _schema_of(Contract, definitions)
    return {"$schema": DIALECT, "title": "接入契约"} | root | {"$defs": definitions}


def _schema_of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        parts = [_schema_of(one, definitions) for one in inner if one is not NoneType]
        return parts[0] if len(parts) == 1 else {"anyOf": parts}
    if origin is tuple:
        return {"type": "array", "items": _schema_of(inner[0], definitions)}
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return {"type": "object", "additionalProperties": _schema_of(inner[1], definitions)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [one.value for one in hint]}
    if is_dataclass(hint):
        return _dataclass_schema(hint, definitions)
    return {} if hint is Any else {"type": _PLAIN.get(hint, "string")}


def _dataclass_schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}  # taken first: declarations may nest themselves
        hints = get_type_hints(kind)
        told = {each.name: hints[each.name] for each in fields(kind) if _declared(kind, each.name)}
        derived = _DERIVED_SCHEMA.get(name, {})
        properties = {key: _schema_of(hint, definitions) for key, hint in told.items()} | derived
        if name in _STEPS:
            properties["type"] = {"const": name.lower()}
        definitions[name] = {
            "type": "object",
            "description": (kind.__doc__ or "").strip().splitlines()[0],
            "properties": properties,
            "required": sorted(_required(kind, set(properties)) | _TOLD_BY_ALL.get(name, set())),
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


def _required(kind: Any, told: set[str]) -> set[str]:
    """What has no default; and of a step, which one it is."""
    missing = {each.name for each in fields(kind) if _is_needed(each)} & told
    return missing | ({"type"} if kind.__name__ in _STEPS else set())


def _is_needed(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


# Values of a union say which one they are.
_STEPS = {
    "Approve", "Handle", "Notice", "Child", "Wait", "Auto", "Fork", "Inclusive", "Parallel", "Compare", "AllOf",
    "AnyOf",
}  # fmt: skip
_PLAIN = {str: "string", int: "integer", bool: "boolean", Decimal: "string"}
_TEXT = {"type": "string"}
_COLUMN = {
    "key": _TEXT,
    "kind": _TEXT,
    "length": {"type": "integer"},
    "codes": {"type": "array", "items": _TEXT},
    "sensitivity": {"type": "integer", "minimum": 1, "maximum": 4},
    "personal": {"type": "boolean"},
}
_TOLD_BY_ALL = {"Resource": {"key"}, "Page": {"permission"}}
_DERIVED_SCHEMA: dict[str, dict[str, Any]] = {
    "Column": _COLUMN,
    "Resource": {"key": _TEXT, "about": _TEXT},
    "Page": {"permission": _TEXT},
    "Handler": {},
}


def _kind_of(value: Any) -> dict[str, str]:
    name = type(value).__name__
    return {"type": name.lower()} if name in _STEPS else {}


def _derived(value: Any) -> dict[str, Any]:
    if isinstance(value, Resource):
        return {"key": value.key, "about": (value.model.__doc__ or "").strip(), "columns": _columns(value)}
    if isinstance(value, Page):
        return {"permission": value.permission}
    return {}


def _declared(kind: type, name: str) -> bool:
    """Whether a field is part of the declaration: not a callable, a class or a mapping of those."""
    return not _mentions_code(get_type_hints(kind)[name])


def _mentions_code(hint: Any) -> bool:
    origin = get_origin(hint)
    if origin is type or hint is type or getattr(origin, "__name__", "") == "Callable":
        return True
    return any(_mentions_code(one) for one in get_args(hint) if one is not Ellipsis)


def _is_code(value: Any) -> bool:
    return callable(value) or (isinstance(value, type) and issubclass(value, Model))
