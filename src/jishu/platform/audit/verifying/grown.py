"""The tree grown anew from the entries, held against the stored one and the signed heads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jishu.platform.audit import tiles
from jishu.platform.audit.models import Tile
from jishu.platform.audit.tree import SM3, Frontier

from .flaws import TOLD_AT_MOST, Findings
from .places import Place

READ_AHEAD = 16  # rows of stored leaves, as many entries as are read at a time


@dataclass
class Growing:
    """A tree by rows: the roots of its full ones, and the leaves of the last."""

    full: Frontier = field(default_factory=Frontier)
    row: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        return self.full.size * tiles.WIDTH + len(self.row)

    def append(self, leaf: bytes) -> bytes | None:
        """The root of a row, when this leaf makes it full."""
        self.row.append(leaf)
        if len(self.row) < tiles.WIDTH:
            return None
        root = tiles.root_of(self.row)
        self.full.append(root)
        self.row = []
        return root

    def root(self) -> str:
        whole, last = self.full.copy(), Frontier()
        for leaf in self.row:
            last.append(leaf)
        # A last row that is not full stands beside the full ones as a leaf of the upper tree would.
        whole.peaks += last.peaks
        return whole.root().hex()

    def copy(self) -> Growing:
        return Growing(self.full.copy(), list(self.row))


class GrownTree:
    """Grows leaf by leaf; `settle` at every signed head says who is right where entry and stored leaf disagree."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._fresh, self._settled = Growing(), Growing()
        self._doubtful: list[tuple[Place, bool]] = []
        self._stored: dict[int, list[bytes]] = {}
        self._above: dict[int, list[bytes]] = {}
        self._lost = False

    @property
    def size(self) -> int:
        return self._fresh.size

    def grow(self, place: Place, fits: bool) -> bool:
        """Take the next leaf from its entry; where none is left, from the stored tree. False: the two disagree."""
        stored = self._leaf(self._fresh.size)
        fresh = stored if place.row is None else SM3.leaf(place.hash)
        if fresh != stored and len(self._doubtful) < TOLD_AT_MOST:
            self._doubtful.append((place, fits))
        root = self._fresh.append(fresh)
        if root is not None and not self._doubtful:
            self._compare_leaves(self._fresh.full.size - 1, root)
        return fresh == stored

    def settle(self, signed_root: str | None) -> list[tuple[Place, bool]]:
        """The entries, and whether they fitted their chain, that are not what was sealed here since the last time."""
        doubtful, self._doubtful = self._doubtful, []
        fresh_root = self._fresh.root() if signed_root else None
        if doubtful and signed_root and fresh_root == signed_root:
            self._tell_leaves(doubtful)
            doubtful = []
        elif doubtful:
            self._fresh = self._as_stored()
            fresh_root = self._fresh.root() if signed_root else None
        if fresh_root != signed_root and not self._lost:
            self._lost = True  # and with it all that come after
            self._findings.add("head", f"前 {self.size} 条记录与当时签名的树头不符，记录或树被整体改写")
        self._settled = self._fresh.copy()
        return doubtful

    def tell_rows(self) -> None:
        """Every full row must have its root in the row above; a wrong one would make true proofs fail."""
        for row in Tile.objects.filter(level__gt=0).order_by("level", "index").iterator(chunk_size=500):
            hashes = tiles.split(bytes(row.hashes))
            if len(hashes) == tiles.WIDTH:
                above, at = divmod(row.index, tiles.WIDTH)
                self._compare(
                    row.level, row.index, tiles.root_of(hashes), tiles.rows(row.level + 1, above, 1)[above], at
                )

    def _compare_leaves(self, index: int, root: bytes) -> None:
        above, at = divmod(index, tiles.WIDTH)
        if above not in self._above:
            self._above = tiles.rows(1, above, 1)
        self._compare(0, index, root, self._above[above], at)

    def _compare(self, level: int, index: int, root: bytes, above: Sequence[bytes], at: int) -> None:
        if root not in above[at : at + 1]:
            self._findings.add("row", f"审计树第 {level} 层第 {index} 组哈希与上一层不符")

    def _as_stored(self) -> Growing:
        grown = self._settled
        for leaf in range(grown.size, self.size):
            grown.append(self._leaf(leaf))
        return grown

    def _tell_leaves(self, doubtful: list[tuple[Place, bool]]) -> None:
        for place, _ in doubtful:
            self._findings.add("leaf", f"叶 {place.leaf} 的哈希被改动（{place.named}本身完好）", place.chain, place.seq)

    def _leaf(self, index: int) -> bytes:
        row, at = divmod(index, tiles.WIDTH)
        if row not in self._stored:
            self._stored = tiles.rows(0, row, READ_AHEAD)
        leaves = self._stored[row]
        return leaves[at] if at < len(leaves) else b""
