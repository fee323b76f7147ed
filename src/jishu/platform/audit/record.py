"""Writing entries, inside the transaction of what they tell of."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.db import connection, transaction

from jishu.platform.lib.clock import now
from jishu.platform.lib.tracing import request_id

from . import chain
from .facts import instant, plain, text
from .models import Entry
from .verbs import name_verb

# Set by the web layer for the length of a request; printed on error pages and kept in every entry.

# People named in one entry of reading; an export of more leaves several.
READ_AT_ONCE = 1000


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


class Through(StrEnum):
    """The way by which personal data was read; the verb of the entry."""

    PAGE = "personal.viewed"
    API = "personal.fetched"
    EXPORT = "personal.exported"


name_verb(Through.PAGE, "查阅个人信息")
name_verb(Through.API, "调取个人信息")
name_verb(Through.EXPORT, "导出个人信息")


def record(*, actor: Doer, verb: str, changes: Sequence[Change] = (), summary: str = "") -> int:
    """Append an entry and return its number. Must run inside a transaction."""
    told = [{"kind": one.kind, "uid": one.uid, "label": one.label[:120], "fields": one.fields} for one in changes]
    subjects = [one.uid for one in changes]
    return _append(actor, Entry.Kind.DEED, verb, subjects=subjects, changes=plain(told), summary=summary)


def record_read(actor: Doer, what: str, subjects: Iterable[UUID], *, through: Through) -> None:
    """Append who read which people's data, before it is shown.

    ``what`` says which data of which list (人员名册:身份证号码、手机号码); ``subjects`` are the people it is about, or
    the records where it stands on those. Nothing is written for nobody.
    """
    people = list(dict.fromkeys(subjects))
    with transaction.atomic():
        for at in range(0, len(people), READ_AT_ONCE):
            some = people[at : at + READ_AT_ONCE]
            _append(actor, Entry.Kind.READ, through.value, subjects=some, summary=what)


def _append(
    actor: Doer, kind: Entry.Kind, verb: str, *, subjects: Sequence[UUID], summary: str, changes: Any = ()
) -> int:
    chain_id, length, head = _free_chain()
    facts = {
        "uid": str(uuid4()),
        "at": instant(now()),
        "kind": kind.value,
        "verb": verb,
        "actor_uid": text(actor.uid),
        "actor_name": actor.name,
        "agency_uid": text(actor.agency_uid),
        "request_id": request_id.get(),
        "summary": plain(summary)[:300],
        "subjects": list(dict.fromkeys(map(str, subjects))),
        "changes": list(changes),
        "chain": chain_id,
        "seq": length + 1,
    }
    digest = chain.link(head, facts)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, facts | {"hash": digest, "changes": json.dumps(facts["changes"], ensure_ascii=False)})
        return int(cursor.fetchone()[0])


_INSERT = """
    WITH linked AS (UPDATE audit_chain SET length = %(seq)s, head = %(hash)s WHERE id = %(chain)s)
    INSERT INTO audit_entry (chain_id, seq, uid, at, kind, verb, actor_uid, actor_name, agency_uid, request_id, summary,
                             subjects, changes, hash)
    VALUES (%(chain)s, %(seq)s, %(uid)s, %(at)s, %(kind)s, %(verb)s, %(actor_uid)s, %(actor_name)s, %(agency_uid)s,
            %(request_id)s, %(summary)s, %(subjects)s::uuid[], %(changes)s, %(hash)s) RETURNING id
"""


def _free_chain() -> tuple[int, int, bytes]:
    """A chain nobody else is writing to, locked until commit; only when all are busy do we wait for one."""
    with connection.cursor() as cursor:
        for wait in ("SKIP LOCKED", ""):
            cursor.execute(f"SELECT id, length, head FROM audit_chain ORDER BY id LIMIT 1 FOR UPDATE {wait}")  # noqa: S608
            if row := cursor.fetchone():
                return int(row[0]), int(row[1]), bytes(row[2])
    raise RuntimeError("audit chains are missing: run migrate")
