"""Every place that should hold an entry, in the order of the tree, with what stands there now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from jishu.platform.audit.facts import COLUMNS
from jishu.platform.audit.sealing import BATCH

from .flaws import Findings

# Entries read at a time: enough to make the query's cost vanish, little enough to stay in the cache.
WINDOW = 4096


@dataclass(slots=True)
class Place:
    """Place ``seq`` of a chain; ``leaf`` is None where it is not sealed, ``row`` where nothing stands there.

    ``row``: what an entry says, as ``facts.COLUMNS``.
    """

    chain: int
    seq: int
    leaf: int | None
    id: int
    hash: bytes
    row: tuple[Any, ...] | None

    @property
    def named(self) -> str:
        """What a person can look for."""
        if self.row is None:
            return f"链 {self.chain} 第 {self.seq} 条"
        uid, at, _, verb, _, who, *_ = self.row
        return f"链 {self.chain} 第 {self.seq} 条（编号 {self.id}，{at[:19]}Z,{who}，{verb}，标识 {uid}）"


def sealed_places(size: int, upto: dict[int, int], findings: Findings) -> Iterator[Place]:
    """Leaf by leaf. ``upto`` is filled with the last sealed place of each chain."""
    leaf = 0
    for start, rows in groupby(_stretches(size), itemgetter(0)):
        found = list(rows)
        _, chain, first, count, *_ = found[0]
        count = min(count, BATCH)
        if start != leaf or first != upto.get(chain, 0) + 1:
            findings.add(
                "stretch", f"叶 {leaf} 起的封存区段被改动或缺失（现为链 {chain} 第 {first} 条起）", chain, first
            )
        by_place = {row[4 + _SEQ]: row for row in found if row[4] is not None}
        for seq in range(first, first + count):
            yield _place(chain, seq, start + seq - first, by_place.get(seq))
        leaf, upto[chain] = start + count, first + count - 1


def unsealed_places(lengths: Mapping[int, int], upto: Mapping[int, int]) -> Iterator[Place]:
    """Chain by chain, from the last sealed place to the one that was the end when the examination began."""
    for chain, length in lengths.items():
        at = upto.get(chain, 0)
        while at < length:
            until = min(at + WINDOW, length)
            by_place = {row[_SEQ]: row for row in _tail(chain, at, until)}
            for seq in range(at + 1, until + 1):
                yield _place(chain, seq, None, (None,) * 4 + by_place[seq] if seq in by_place else None)
            at = until


def added_places() -> Iterator[Place]:
    """Entries that stand outside their chain: before its beginning or beyond its end. There should be none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id, e.hash, {COLUMNS} FROM audit_chain c JOIN audit_entry e ON e.chain_id = c.id"  # noqa: S608
            " AND (e.seq < 1 OR e.seq > c.length) ORDER BY e.id LIMIT 1000"
        )
        for row in cursor.fetchall():
            yield _place(row[_CHAIN], row[_SEQ], None, (None,) * 4 + row)


# Where chain and place stand in a row of (id, hash, *COLUMNS).
_CHAIN, _SEQ = 13, 14


def _place(chain: int, seq: int, leaf: int | None, row: tuple[Any, ...] | None) -> Place:
    if row is None:
        return Place(chain, seq, leaf, 0, b"", None)
    return Place(chain, seq, leaf, row[4], bytes(row[5]), row[6:])


def _stretches(size: int) -> Iterator[tuple[Any, ...]]:
    """(start, chain, first place, count, id, hash, *COLUMNS); the latter empty where the whole stretch is."""
    at: int | None = 0
    while at is not None and at < size:
        with connection.cursor() as cursor:
            cursor.execute(_WINDOW, [at, min(at + WINDOW, size)])
            yield from cursor.fetchall()
            # Not simply the next window: a stretch that was moved to the end of the world must not keep us walking.
            cursor.execute("SELECT min(start) FROM audit_stretch WHERE start >= %s", [at + WINDOW])
            at = cursor.fetchone()[0]


# LATERAL with a limit: one walk of the index per stretch, where the planner would else read the whole table.
_WINDOW = f"""
    SELECT s.start, s.chain_id, s.first_seq, s.count, e.* FROM audit_stretch s LEFT JOIN LATERAL (
        SELECT e.id, e.hash, {COLUMNS} FROM audit_entry e
        WHERE e.chain_id = s.chain_id AND e.seq >= s.first_seq AND e.seq < s.first_seq + s.count
        ORDER BY e.seq LIMIT {BATCH}
    ) e ON true
    WHERE s.start >= %s AND s.start < %s ORDER BY s.start, e.seq
"""  # noqa: S608 — constants


def _tail(chain: int, after: int, until: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id, e.hash, {COLUMNS} FROM audit_entry e"  # noqa: S608 — a constant
            " WHERE e.chain_id = %s AND e.seq > %s AND e.seq <= %s",
            [chain, after, until],
        )
        return list(cursor.fetchall())
