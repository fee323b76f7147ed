"""Telling of a fact, in the transaction that makes it one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from jsonschema_rs import Draft202012Validator

from jishu.platform.contract import EventType, event_types
from jishu.platform.lib.clock import now

# One text instead of a value for each column: half of what an event cost was writing its values out one by one.
_TOLD = """
    INSERT INTO outbox_event (uid, stream, type, version, subject, unit, at, data)
    SELECT told.uid, told.stream, told.type, told.version, told.subject, told.unit, %(at)s, told.data
      FROM ROWS FROM (json_to_recordset(%(rows)s::json) AS (
             uid uuid, stream text, type text, version smallint, subject text, unit uuid, data jsonb
           )) WITH ORDINALITY AS told
     ORDER BY told.ordinality"""


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
    rows = [_row(fact) for fact in facts]
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"rows": json.dumps(rows, ensure_ascii=False), "at": at})
    return [UUID(row["uid"]) for row in rows]


def _row(fact: Fact) -> dict[str, Any]:
    stream, declared, validator = _declared(fact.type)
    data = dict(fact.data)
    for wrong in validator.iter_errors(data):
        raise Misshapen(f"{fact.type}: {wrong.message}")
    return {
        "uid": str(uuid4()), "stream": stream, "type": fact.type, "version": declared.version,
        "subject": str(fact.subject), "unit": str(fact.unit) if fact.unit else None, "data": data,
    }  # fmt: skip


@cache
def _declared(name: str) -> tuple[str, EventType, Draft202012Validator]:
    """Contracts are complete before the first event and never change afterwards."""
    for system, declared in event_types():
        if declared.type == name:
            return system, declared, Draft202012Validator(dict(declared.schema))
    raise Undeclared(name)
