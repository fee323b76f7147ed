"""The Merkle tree of RFC 6962: roots, inclusion and consistency paths, and their checking. Pure: no database."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from .chain import sm3

LEAF, NODE = b"\x00", b"\x01"
LENGTH = 32  # bytes of a hash, SM3 and SHA-256 alike


@dataclass(frozen=True)
class Hashing:
    """Leaves and nodes are told apart by their first byte, so that no node can be passed off as an entry."""

    digest: Callable[[bytes], bytes]

    @property
    def empty(self) -> bytes:
        return self.digest(b"")

    def leaf(self, data: bytes) -> bytes:
        return self.digest(LEAF + data)

    def node(self, left: bytes, right: bytes) -> bytes:
        return self.digest(NODE + left + right)


SM3 = Hashing(sm3)


class OutOfTree(ValueError):
    """There is no such leaf, or no such size, in the tree that was asked."""


@dataclass(frozen=True)
class Tree:
    """Known by its complete subtrees: ``node(level, index)`` covers 2^level leaves from ``index``·2^level on."""

    node: Callable[[int, int], bytes]
    hashing: Hashing = SM3

    def root(self, size: int) -> bytes:
        return self._span(0, size) if size else self.hashing.empty

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """What to hash leaf ``index`` with, from the bottom up, to come to the root of ``size`` leaves."""
        if not 0 <= index < size:
            raise OutOfTree(f"leaf {index} of {size}")
        path: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _left_of(end - start)
            if index < middle:
                path.append(self._span(middle, end))
                end = middle
            else:
                path.append(self._span(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """What shows that the first ``old`` of ``new`` leaves are those of the tree of ``old`` leaves."""
        if not 0 < old <= new:
            raise OutOfTree(f"from {old} to {new} leaves")
        path: list[bytes] = []
        start, end = 0, new
        while end != old:
            middle = start + _left_of(end - start)
            if old <= middle:
                path.append(self._span(middle, end))
                end = middle
            else:
                path.append(self._span(start, middle))
                start = middle
        if start:  # else it is the old root itself, which the reader has
            path.append(self._span(start, end))
        return path[::-1]

    def _span(self, start: int, end: int) -> bytes:
        count = end - start
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return self.node(level, start >> level)
        middle = start + _left_of(count)
        return self.hashing.node(self._span(start, middle), self._span(middle, end))


@dataclass
class Frontier:
    """The peaks of a growing tree: enough to append and to give the root, in memory that grows with log₂ of it."""

    hashing: Hashing = SM3
    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """``leaf`` is a leaf's hash."""
        node, at = leaf, self.size
        while at & 1:
            node = self.hashing.node(self.peaks.pop(), node)
            at >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return self.hashing.empty
        *lefts, node = self.peaks
        for left in reversed(lefts):
            node = self.hashing.node(left, node)
        return node

    def copy(self) -> "Frontier":
        return Frontier(self.hashing, self.size, list(self.peaks))


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes, *, hashing: Hashing = SM3) -> bool:
    """Whether ``path`` leads from ``leaf`` (a leaf's hash) at ``index`` to the ``root`` of ``size`` leaves."""
    if not 0 <= index < size or not _are_hashes((leaf, root, *path)):
        return False
    node, at, last = leaf, index, size - 1
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = hashing.node(step, node)
            at, last = _up_past_lonely(at, last)
        else:
            node = hashing.node(node, step)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def extends(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes, *, hashing: Hashing = SM3
) -> bool:
    """Whether ``path`` shows that the tree of ``new`` leaves only added to that of ``old``.

    Every tree extends the empty one, so that a proof of it would say nothing: it is refused.
    """
    if not 0 < old <= new or not _are_hashes((old_root, new_root, *path)):
        return False
    if old == new:
        return not path and old_root == new_root
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return _roots_along(steps, at, last, hashing) == (old_root, new_root)


def _roots_along(steps: Sequence[bytes], at: int, last: int, hashing: Hashing) -> tuple[bytes, bytes] | None:
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            before, after = hashing.node(step, before), hashing.node(step, after)
            at, last = _up_past_lonely(at, last)
        else:
            after = hashing.node(after, step)
        at, last = at >> 1, last >> 1
    return (before, after) if last == 0 else None


def _up_past_lonely(at: int, last: int) -> tuple[int, int]:
    """A last node without a sibling stands for itself on the levels above."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _left_of(count: int) -> int:
    """The largest power of two below ``count``: how many leaves go to the left."""
    return 1 << (count - 1).bit_length() - 1


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == LENGTH for value in values)
