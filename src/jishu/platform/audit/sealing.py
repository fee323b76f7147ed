"""Sealing: committed entries become leaves of one tree, and the tree is signed.

Commit order and id order differ, so neither decides what is new. Within a chain entries commit in the order of their
places, because a writer holds the chain until it commits; whatever one statement sees of a chain therefore has no gap,
and what stands behind the last sealed place is new. That is the whole bookkeeping: nothing is skipped, nothing sealed
twice, and a process killed at any moment leaves either all of a batch or none.
"""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction

from jishu.platform.lib.clock import now

from . import keys, tiles, witness
from .facts import instant
from .heads import SignedHead
from .models import Head, Stretch
from .signing import Signer
from .tree import SM3

# Of one chain at a time; a batch of all sixteen stays well under a second.
BATCH = 1024
_LOCK = int.from_bytes(b"sealing")  # of pg_advisory_xact_lock


class Forked(RuntimeError):
    """现有的审计树与上次签名的树头对不上，不再签名。请立即运行 jishu audit verify 并保护现场。"""


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """``leaves`` entries were added. ``broken`` names the chains with a hole, which are sealed up to it only."""

    leaves: int
    head: SignedHead | None
    broken: frozenset[int]


def seal(signer: Signer | None = None) -> Sealed:
    """Seal and sign all that is committed. Safe to run at any time, in several places at once."""
    batch = _append_batch()
    leaves = batch.leaves
    while batch.is_full:
        batch = _append_batch()
        leaves += batch.leaves
    head = _sign(signer or keys.signer())
    newer = Head.objects.filter(size__gt=witness.last_size()).order_by("size")
    witness.keep(one.signed() for one in newer.iterator())
    return Sealed(leaves=leaves, head=head, broken=batch.broken)


@dataclass(frozen=True)
class _Batch:
    leaves: int
    is_full: bool
    broken: frozenset[int]


def tree_size() -> int:
    """How many entries are sealed."""
    last = Stretch.objects.order_by("-start").first()
    return last.start + last.count if last else 0


def last_head() -> SignedHead | None:
    head = Head.objects.order_by("-size").first()
    return head.signed() if head else None


@transaction.atomic
def _append_batch() -> _Batch:
    _alone()
    at = size = tree_size()
    broken: set[int] = set()
    is_full = False
    stretches: list[Stretch] = []
    leaves: list[bytes] = []
    for (chain, sealed), rows in groupby(_unsealed(), itemgetter(0, 1)):
        found = [(seq, bytes(digest)) for _, _, seq, digest in rows]
        whole = [digest for place, (seq, digest) in enumerate(found, sealed + 1) if seq == place]
        if len(whole) < len(found):
            broken.add(chain)
        is_full |= len(whole) == BATCH
        if whole:
            stretches.append(Stretch(start=at, chain_id=chain, first_seq=sealed + 1, count=len(whole)))
            leaves += [SM3.leaf(digest) for digest in whole]
            at += len(whole)
    Stretch.objects.bulk_create(stretches)
    tiles.append(size, leaves)
    return _Batch(len(leaves), is_full, frozenset(broken))


def _unsealed() -> list[tuple[int, int, int, bytes]]:
    """(chain, its last sealed place, place, hash) in order, all from one snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.id, sealed.upto, fresh.seq, fresh.hash
            FROM audit_chain c
            CROSS JOIN LATERAL (
                SELECT coalesce((SELECT s.first_seq + s.count - 1 FROM audit_stretch s WHERE s.chain_id = c.id
                                 ORDER BY s.first_seq DESC LIMIT 1), 0) AS upto) sealed
            CROSS JOIN LATERAL (
                SELECT e.seq, e.hash FROM audit_entry e WHERE e.chain_id = c.id AND e.seq > sealed.upto
                ORDER BY e.seq LIMIT %s) fresh
            ORDER BY c.id, fresh.seq
            """,
            [BATCH],
        )
        return list(cursor.fetchall())


@transaction.atomic
def _sign(signer: Signer) -> SignedHead | None:
    """The head over everything sealed; a former process may have been killed before it came to this."""
    _alone()
    size, last = tree_size(), last_head()
    if last is not None and last.size == size or not size:
        return last
    tree = tiles.StoredTree().tree
    if last is not None and tree.root(last.size).hex() != last.root:
        raise Forked(Forked.__doc__)
    head = SignedHead.signed_by(signer, size=size, root=tree.root(size), at=instant(now()))
    Head.of(head).save(force_insert=True)
    return head


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
