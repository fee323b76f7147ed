"""Telling of a fact, in the transaction that makes it one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from jishu.platform.contract import EventType, event_types
from jishu.platform.lib.clock import now

from .models import Event


class Undeclared(RuntimeError):
    """No contract declares an event of this type."""


class Misshapen(RuntimeError):
    """The data of an event are not what its contract says."""


class OutsideTransaction(RuntimeError):
    """An event must stand or fall with what it tells of: publish inside a command."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """``subject`` is the key of the record it is about, ``unit`` that of the 单位 or 处室 whose business it is."""

    type: str
    subject: object
    data: Mapping[str, Any]
    unit: UUID | None = None


def publish(type: str, *, subject: object, data: Mapping[str, Any], unit: UUID | None = None) -> UUID:  # noqa: A002
    """Tell of one fact, after the records it is about are locked and changed. Returns the id of the event."""
    return publish_all([Fact(type=type, subject=subject, data=data, unit=unit)])[0]


def publish_all(facts: Iterable[Fact]) -> list[UUID]:
    """Tell of many in one statement, in their order."""
    if not connection.in_atomic_block:
        raise OutsideTransaction(OutsideTransaction.__doc__)
    at = now()
    rows = [_row(fact, at) for fact in facts]
    Event.objects.bulk_create(rows, batch_size=1000)
    return [row.uid for row in rows]


def _row(fact: Fact, at: datetime) -> Event:
    stream, declared, validator = _declared(fact.type)
    for wrong in validator.iter_errors(fact.data):
        raise Misshapen(f"{fact.type}: {wrong.message}")
    return Event(
        uid=uuid4(), stream=stream, type=fact.type, version=declared.version, subject=str(fact.subject), unit=fact.unit,
        at=at, data=fact.data,
    )  # fmt: skip


@cache
def _declared(name: str) -> tuple[str, EventType, Validator]:
    """Contracts are complete before the first event and never change afterwards."""
    for system, declared in event_types():
        if declared.type == name:
            return system, declared, Draft202012Validator(declared.schema)
    raise Undeclared(name)
