"""Entries to take away, each with its proof: whoever has the file and the public key needs nothing else.

JSON lines: one for the signed head and the key, one for each entry, one that says how many there were.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jishu.platform.lib.clock import ZONE

from . import keys
from .chain import GENESIS
from .checking import FORMAT
from .facts import COLUMNS, facts_of
from .heads import SignedHead
from .proving import head_before
from .sealing import last_head
from .tiles import StoredTree

_AT_ONCE = 1000


class NothingSealed(LookupError):
    """还没有签名的树头，请先运行 jishu audit seal。"""


class KeyMissing(LookupError):
    """树头由密钥 {} 签名，本机没有它的公钥。"""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which entries. Days are those of China, both included."""

    since: date | None = None
    until: date | None = None
    subject: UUID | None = None
    entry: UUID | None = None


def export(chosen: Chosen) -> Iterator[str]:
    """Lines, each ending in a newline. Entries not sealed yet are left out; run `seal` before to have them all."""
    head = last_head()
    if head is None:
        raise NothingSealed(NothingSealed.__doc__)
    yield _line(_opening(head) | {"chosen": {name: str(value) for name, value in vars(chosen).items() if value}})
    count = 0
    for row in _rows(chosen, head.size):
        yield _line(row)
        count += 1
    yield _line({"entries": count})


def export_head(head: SignedHead) -> Iterator[str]:
    """A head for safe keeping, with the proof that the tree of the head before was only added to."""
    before = head_before(head.size)
    extends = None
    if before is not None:
        path = StoredTree().tree.consistency(before.size, head.size)
        extends = {"head": before.to_json(), "path": [step.hex() for step in path]}
    yield _line(_opening(head) | {"extends": extends})
    yield _line({"entries": 0})


def _opening(head: SignedHead) -> dict[str, Any]:
    known = keys.trusted()
    if head.key_id not in known:
        raise KeyMissing((KeyMissing.__doc__ or "").format(head.key_id))
    return {"format": FORMAT, "head": head.to_json(), "public_key": known[head.key_id].pem}


def _rows(chosen: Chosen, size: int) -> Iterator[dict[str, Any]]:
    tree, after = StoredTree().tree, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_SELECT, _conditions(chosen) | {"after": after, "at_once": _AT_ONCE})
            rows = cursor.fetchall()
        for _, leaf, previous, *row in rows:
            if leaf is None or leaf >= size:
                continue
            path = [step.hex() for step in tree.inclusion(leaf, size)]
            previous = bytes(previous or GENESIS).hex()
            yield {"entry": facts_of(row), "previous": previous, "leaf": leaf, "path": path}
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1][0]


def _conditions(chosen: Chosen) -> dict[str, Any]:
    until = chosen.until and chosen.until + timedelta(days=1)
    return {
        "since": chosen.since and datetime.combine(chosen.since, time(), ZONE),
        "until": until and datetime.combine(until, time(), ZONE),
        "subject": chosen.subject,
        "entry": chosen.entry,
    }


_SELECT = f"""
    SELECT e.id, s.start + e.seq - s.first_seq, p.hash, {COLUMNS}
    FROM audit_entry e
    LEFT JOIN audit_entry p ON p.chain_id = e.chain_id AND p.seq = e.seq - 1
    LEFT JOIN LATERAL (
        SELECT start, first_seq, count FROM audit_stretch
        WHERE chain_id = e.chain_id AND first_seq <= e.seq ORDER BY first_seq DESC LIMIT 1
    ) s ON e.seq < s.first_seq + s.count
    WHERE e.id > %(after)s
      AND (%(since)s::timestamptz IS NULL OR e.at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR e.at < %(until)s)
      AND (%(entry)s::uuid IS NULL OR e.uid = %(entry)s)
      AND (%(subject)s::uuid IS NULL OR e.subjects @> ARRAY[%(subject)s::uuid])
    ORDER BY e.id LIMIT %(at_once)s
"""  # noqa: S608 — a constant


def _line(told: dict[str, Any]) -> str:
    return f"{json.dumps(told, ensure_ascii=False)}\n"
