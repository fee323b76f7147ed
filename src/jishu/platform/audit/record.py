"""Writing entries, inside the transaction of the command they tell of."""

import json
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from jishu.platform.lib.clock import now

from . import chain
from .models import Entry

# Set by the web layer for the length of a request; printed on error pages and kept in every entry.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class Doer(Protocol):
    """What the record needs to know of an actor."""

    @property
    def name(self) -> str: ...
    @property
    def uid(self) -> UUID | None: ...
    @property
    def agency_uid(self) -> UUID | None: ...


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happened to one record. ``fields``: title -> (before, after), as people read them."""

    kind: str
    uid: UUID
    label: str
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def record(*, actor: Doer, verb: str, changes: Sequence[Change] = (), summary: str = "") -> int:
    """Append an entry and return its number. Must run inside a transaction."""
    chain_id, length, head = _free_chain()
    facts = _facts(actor, verb, changes, summary)
    digest = chain.link(head, facts | {"chain": chain_id, "seq": length + 1})
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH linked AS (UPDATE audit_chain SET length = length + 1, head = %(hash)s WHERE id = %(chain)s)
            INSERT INTO audit_entry (chain_id, seq, at, verb, actor_uid, actor_name, agency_uid, request_id, summary,
                                     subjects, changes, hash)
            VALUES (%(chain)s, %(seq)s, %(at)s, %(verb)s, %(actor_uid)s, %(actor_name)s, %(agency_uid)s, %(request_id)s,
                    %(summary)s, %(subjects)s::uuid[], %(changes_json)s, %(hash)s) RETURNING id
            """,
            facts
            | {
                "chain": chain_id,
                "seq": length + 1,
                "hash": digest,
                "changes_json": json.dumps(facts["changes"], ensure_ascii=False),
            },
        )
        return int(cursor.fetchone()[0])


def facts_of(entry: Entry) -> dict[str, Any]:
    """The hashed part of a stored entry, spelt exactly as it was when written."""
    return {
        "at": _instant(entry.at),
        "verb": entry.verb,
        "actor_uid": _text(entry.actor_uid),
        "actor_name": entry.actor_name,
        "agency_uid": _text(entry.agency_uid),
        "request_id": entry.request_id,
        "summary": entry.summary,
        "subjects": [str(one) for one in entry.subjects],
        "changes": entry.changes,
        "chain": entry.chain_id,
        "seq": entry.seq,
    }


def _facts(actor: Doer, verb: str, changes: Sequence[Change], summary: str) -> dict[str, Any]:
    told = [{"kind": one.kind, "uid": str(one.uid), "label": one.label[:120], "fields": one.fields} for one in changes]
    return {
        "at": _instant(now()),
        "verb": verb,
        "actor_uid": _text(actor.uid),
        "actor_name": actor.name,
        "agency_uid": _text(actor.agency_uid),
        "request_id": request_id.get(),
        "summary": summary[:300],
        "subjects": list(dict.fromkeys(str(one.uid) for one in changes)),
        # through JSON once, so that what is hashed is what PostgreSQL gives back
        "changes": json.loads(json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)),
    }


def _free_chain() -> tuple[int, int, bytes]:
    """A chain nobody else is writing to, locked until commit; only when all are busy do we wait for one."""
    with connection.cursor() as cursor:
        for wait in ("SKIP LOCKED", ""):
            cursor.execute(f"SELECT id, length, head FROM audit_chain ORDER BY id LIMIT 1 FOR UPDATE {wait}")  # noqa: S608
            if row := cursor.fetchone():
                return int(row[0]), int(row[1]), bytes(row[2])
    raise RuntimeError("audit chains are missing: run migrate")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
