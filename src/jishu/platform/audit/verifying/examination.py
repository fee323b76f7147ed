"""One walk over everything: chains, leaves, rows of the tree, heads, and the heads kept outside the database."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice

from jishu.platform.audit import keys, witness
from jishu.platform.audit.models import Chain, Head
from jishu.platform.audit.sealing import tree_size
from jishu.platform.audit.signing import PublicKey

from .chains import Chains
from .flaws import Findings, Verdict
from .grown import GrownTree
from .places import WINDOW, Place, added_places, sealed_places, unsealed_places

Progress = Callable[[int, int], None]


def verify(progress: Progress = lambda done, total: None) -> Verdict:
    """Read every entry once; memory stays flat. ``progress`` is told entries done and in all, now and then.

    What is written meanwhile is left for the next time, so that the platform need not stand still.
    """
    # In this order: what is signed was sealed before, and what is sealed was chained before.
    last = Head.objects.order_by("-size").first()
    size = tree_size()
    ends = list(Chain.objects.order_by("id"))
    return _Examination(last.size if last else 0, size, ends, progress).verdict()


class _Examination:
    def __init__(self, signed: int, size: int, ends: list[Chain], progress: Progress) -> None:
        self.signed, self.size, self.ends, self.progress = signed, size, ends, progress
        self.total = sum(end.length for end in ends)
        self.findings = Findings()
        self.chains = Chains()
        self.tree = GrownTree(self.findings)
        self.heads = 0
        self.entries = 0
        # Chains whose last entry is not the one that was sealed, so that the next has nothing to follow.
        self.unsound: set[int] = set()
        self.rewritten: dict[int, tuple[Place, int]] = {}

    def verdict(self) -> Verdict:
        upto: dict[int, int] = {}
        heads = self._good_heads()
        head = next(heads, None)
        for place in self._counted(sealed_places(self.size, upto, self.findings)):
            self._examine_sealed(place)
            while head is not None and head.size == self.tree.size:
                self._settle(head)
                head = next(heads, None)
        self._settle(None)
        for left in chain([head] if head else [], heads):
            self.findings.add("head", f"树头 {left.size} 所签的记录已不在：封存的只剩 {self.tree.size} 条，记录被回退")
        lengths = {end.id: end.length for end in self.ends}
        for place in self._counted(unsealed_places(lengths, upto)):
            if not self.chains.fits(place) and place.chain not in self.unsound:
                self.chains.blame(place)
            self.unsound.discard(place.chain)
        self._tell()
        return Verdict(
            entries=self.entries, chains=len(self.ends), sealed=self.tree.size, heads=self.heads,
            flaws=tuple(self.findings.flaws),
        )  # fmt: skip

    def _examine_sealed(self, place: Place) -> None:
        fits = self.chains.fits(place)
        if not self.tree.grow(place, fits):
            self.unsound.add(place.chain)
            return
        if not fits and place.chain not in self.unsound:
            self.chains.blame(place)  # its hash is the one that was sealed, its words are not
        self.unsound.discard(place.chain)

    def _settle(self, head: Head | None) -> None:
        """At a signed head it turns out whether entries or leaves were changed where the two disagree."""
        for place, fits in self.tree.settle(head.root if head else None):
            if fits:
                first, count = self.rewritten.get(place.chain, (place, 0))
                self.rewritten[place.chain] = first, count + 1
            else:
                self.chains.blame(place)

    def _good_heads(self) -> Iterator[Head]:
        """Those that may judge the record; the others are told of."""
        known = keys.trusted()
        strangers: set[str] = set()
        for head in Head.objects.filter(size__lte=self.signed).order_by("size").iterator(chunk_size=500):
            self.heads += 1
            if head.key_id not in known:
                strangers.add(head.key_id)
            elif self._is_signed(head, known):
                yield head
        for key_id in sorted(strangers):
            self.findings.add("unknown_key", f"有树头由本机不信任的密钥 {key_id} 签名，其签名没有采信")

    def _is_signed(self, head: Head, known: Mapping[str, PublicKey]) -> bool:
        if head.signed().holds_with(known[head.key_id]):
            return True
        self.findings.add("forged", f"树头 {head.size} 的签名不成立，内容被改动或系伪造")
        return False

    def _counted(self, places: Iterator[Place]) -> Iterator[Place]:
        for place in places:
            self.entries += place.row is not None
            if self.entries % WINDOW == 0:
                self.progress(self.entries, self.total)
            yield place

    def _tell(self) -> None:
        for place, count in self.rewritten.values():
            said = "被改写" if count == 1 else f"起共 {count} 条被整体改写"
            message = f"{place.named}{said}，哈希也重新计算过，但与已封存的不符"
            self.findings.add("rewritten", message, place.chain, place.seq)
        self.chains.tell(self.ends, self.findings)
        for place in added_places():
            self.findings.add("added", f"{place.named}不在链上，系另行插入", place.chain, place.seq)
        self.tree.tell_rows()
        _ask_witness(self.findings)
        self.progress(self.entries, self.total)


def _ask_witness(findings: Findings) -> None:
    kept = witness.kept()
    while some := list(islice(kept, 500)):
        stored = Head.objects.in_bulk([head.size for head in some])
        for head in some:
            found = stored.get(head.size)
            if found is None or found.signed() != head:
                said = "已被撤去" if found is None else "已被换掉"
                findings.add("withdrawn", f"{head.at[:19]}Z 签出的树头 {head.size} 在库外留有底本，库中的{said}")
