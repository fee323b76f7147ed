"""Whether each entry says what it said when it was chained, and who is to blame where one does not."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jishu.platform.audit import chain
from jishu.platform.audit.facts import facts_of
from jishu.platform.audit.models import Chain

from .flaws import TOLD_AT_MOST, Findings
from .places import Place

# Among more misfits than this no one is looked for whom an entry may rightly follow.
COMPARED = 100


@dataclass
class Standing:
    """How far a chain has been walked."""

    previous: bytes | None = chain.GENESIS
    misfits: list[Place] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    last: int = 0


class Chains:
    """Walks any number of chains at once, each in its order."""

    def __init__(self) -> None:
        self._standing: dict[int, Standing] = {}

    def fits(self, place: Place) -> bool:
        """Whether the entry at this place continues its chain. A place that is empty counts as fitting: see `gaps`."""
        at = self._standing.get(place.chain)
        if at is None:
            at = self._standing[place.chain] = Standing()
        at.last = place.seq
        if place.row is None:
            _note_gap(at, place.seq)
            at.previous = None
            return True
        follows = at.previous is None or chain.link(at.previous, facts_of(place.row)) == place.hash
        at.previous = place.hash
        return follows

    def blame(self, place: Place) -> None:
        """This entry is not what was chained here; `tell` will say in which way."""
        at = self._standing[place.chain]
        if len(at.misfits) < TOLD_AT_MOST:
            at.misfits.append(place)

    def tell(self, ends: Iterable[Chain], findings: Findings) -> None:
        for number, at in self._standing.items():
            for place, kind in _kinds(at.misfits):
                findings.add(kind, f"{place.named}{_SAID[kind]}", number, place.seq)
            for first, last in at.gaps:
                kind = "truncated" if last == at.last else "missing"
                findings.add(kind, f"链 {number} 第 {first} 至 {last} 条{_SAID[kind]}", number, first)
        for end in ends:
            _tell_end(end, self._standing.get(end.id, Standing()), findings)


_SAID = {
    "edited": "的内容与哈希不符，被改动过",
    "reordered": "与其他记录互换了位置",
    "missing": "缺失",
    "truncated": "缺失，链尾被截断",
}


def _tell_end(end: Chain, at: Standing, findings: Findings) -> None:
    if end.length < at.last and not (at.gaps and at.gaps[-1][1] == at.last):
        message = f"链 {end.id} 自称止于第 {end.length} 条，已封存至第 {at.last} 条，链尾被截断"
        findings.add("truncated", message, end.id, end.length + 1)
    elif at.previous is not None and bytes(end.head) != at.previous and not at.misfits:
        findings.add("truncated", f"链 {end.id} 的链尾哈希与最后一条记录不符", end.id, end.length)


def _note_gap(at: Standing, seq: int) -> None:
    if at.gaps and at.gaps[-1][1] == seq - 1:
        at.gaps[-1] = (at.gaps[-1][0], seq)
    elif len(at.gaps) < TOLD_AT_MOST:
        at.gaps.append((seq, seq))


def _kinds(misfits: list[Place]) -> list[tuple[Place, str]]:
    """Entries that changed places still bear their numbers: put in the order of those, they stand elsewhere."""
    by_place = sorted((place for place in misfits if not _follows_another(place, misfits)), key=lambda place: place.seq)
    by_number = sorted(by_place, key=lambda place: place.id)
    return [
        (place, "edited" if place.id == rightful.id else "reordered")
        for place, rightful in zip(by_place, by_number, strict=True)
    ]


def _follows_another(place: Place, misfits: list[Place]) -> bool:
    """Whether the entry is whole, and only the one before it was moved away."""
    assert place.row is not None
    if not 1 < len(misfits) <= COMPARED:
        return False
    facts = facts_of(place.row)
    return any(chain.link(other.hash, facts) == place.hash for other in misfits if other is not place)
