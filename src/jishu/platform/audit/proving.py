"""Proofs out of the stored tree."""

from dataclasses import dataclass

from .heads import SignedHead
from .models import Entry, Head, Stretch
from .sealing import last_head
from .tiles import StoredTree
from .tree import SM3, includes


@dataclass(frozen=True, kw_only=True)
class Inclusion:
    """That an entry is leaf ``leaf`` of the tree whose ``head`` was signed."""

    leaf: int
    path: tuple[bytes, ...]
    head: SignedHead

    def proves(self, entry: Entry) -> bool:
        root = bytes.fromhex(self.head.root)
        return includes(SM3.leaf(bytes(entry.hash)), self.leaf, self.head.size, self.path, root)


def leaf_of(entry: Entry) -> int | None:
    """Its place in the tree, or None while it waits to be sealed."""
    stretch = Stretch.objects.filter(chain=entry.chain_id, first_seq__lte=entry.seq).order_by("-first_seq").first()
    if stretch is None or entry.seq >= stretch.first_seq + stretch.count:
        return None
    return stretch.start + entry.seq - stretch.first_seq


def inclusion(entry: Entry) -> Inclusion | None:
    """Against the last head; None until the entry is sealed and signed for."""
    leaf, head = leaf_of(entry), last_head()
    if leaf is None or head is None or leaf >= head.size:
        return None
    return Inclusion(leaf=leaf, path=tuple(StoredTree().tree.inclusion(leaf, head.size)), head=head)


def consistency(old_size: int, new_size: int) -> list[bytes]:
    """That the tree of ``old_size`` was only added to. OutOfTree for sizes it never had."""
    return StoredTree().tree.consistency(old_size, new_size)


def head_before(size: int) -> SignedHead | None:
    head = Head.objects.filter(size__lt=size).order_by("-size").first()
    return head.signed() if head else None
