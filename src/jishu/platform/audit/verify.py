"""Proving that the record was not touched: recompute every chain and name the first thing that is off."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import chain
from .models import Chain, Entry
from .record import facts_of


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """Something that is not as it was written. ``kind``: edited, missing, reordered or truncated."""

    chain: int
    seq: int
    kind: str
    message: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    entries: int
    chains: int
    flaws: tuple[Flaw, ...]


def verify() -> Verdict:
    """Read every entry once; memory stays flat."""
    flaws: list[Flaw] = []
    total = 0
    chains = list(Chain.objects.order_by("id"))
    for one in chains:
        count, found = _verify_chain(one)
        total += count
        flaws.extend(found)
    return Verdict(entries=total, chains=len(chains), flaws=tuple(flaws))


def _verify_chain(held: Chain) -> tuple[int, list[Flaw]]:
    flaws: list[Flaw] = []
    previous, expected, last_id, count = chain.GENESIS, 1, 0, 0
    for entry in _entries(held):
        count += 1
        if entry.seq != expected:
            flaws.append(_flaw(entry, "missing", f"第 {expected} 至 {entry.seq - 1} 条缺失"))
        elif chain.link(previous, facts_of(entry)) != bytes(entry.hash):
            flaws.append(_flaw(entry, "edited", f"第 {entry.seq} 条(编号 {entry.id},{entry.verb})内容与哈希不符"))
        elif entry.id < last_id:
            flaws.append(_flaw(entry, "reordered", f"第 {entry.seq} 条(编号 {entry.id})次序被改动"))
        previous, expected, last_id = bytes(entry.hash), entry.seq + 1, max(last_id, entry.id)
    if expected - 1 != held.length or previous != bytes(held.head):
        message = f"链尾应为第 {held.length} 条,现存至第 {expected - 1} 条"
        flaws.append(Flaw(chain=held.id, seq=expected, kind="truncated", message=message))
    return count, flaws


def _entries(held: Chain) -> Iterator[Entry]:
    return Entry.objects.filter(chain=held).order_by("seq").iterator(chunk_size=2000)


def _flaw(entry: Entry, kind: str, message: str) -> Flaw:
    return Flaw(chain=entry.chain_id, seq=entry.seq, kind=kind, message=message)
