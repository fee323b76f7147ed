"""The tree is that of RFC 6962, whatever the hash; nothing but a true path is believed."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishu.platform.audit.tree import SM3, Frontier, Hashing, OutOfTree, Tree, extends, includes

SHA256 = Hashing(lambda data: sha256(data).digest())
BOTH = pytest.mark.parametrize("hashing", [SHA256, SM3], ids=["sha256", "sm3"])

# The eight leaves of the certificate transparency test trees, and the published roots of their first n.
LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def plain_root(hashing: Hashing, leaves: list[bytes]) -> bytes:
    """The definition, word for word."""
    if not leaves:
        return hashing.empty
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return hashing.node(plain_root(hashing, leaves[:middle]), plain_root(hashing, leaves[middle:]))


def tree_of(hashing: Hashing, leaves: list[bytes]) -> Tree:
    return Tree(lambda level, index: plain_root(hashing, leaves[index << level : (index + 1) << level]), hashing)


def hashed(hashing: Hashing, count: int) -> list[bytes]:
    return [hashing.leaf(LEAVES[n] if n < len(LEAVES) else str(n).encode()) for n in range(count)]


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_the_published_ones(size):
    leaves = hashed(SHA256, size)

    assert tree_of(SHA256, leaves).root(size).hex() == ROOTS[size]
    assert plain_root(SHA256, leaves).hex() == ROOTS[size]


def test_the_empty_tree_has_the_hash_of_nothing():
    # GB/T 32905 digest of the empty string
    assert SM3.empty.hex() == "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
    assert Frontier().root() == Tree(lambda level, index: b"").root(0) == SM3.empty


@BOTH
def test_a_growing_tree_has_the_root_of_a_grown_one(hashing):
    leaves, growing = hashed(hashing, 70), Frontier(hashing)

    for size, leaf in enumerate(leaves, 1):
        growing.append(leaf)
        assert growing.root() == plain_root(hashing, leaves[:size])


@BOTH
def test_every_leaf_of_every_small_tree_is_proved(hashing):
    leaves = hashed(hashing, 20)
    tree = tree_of(hashing, leaves)

    for size in range(1, 21):
        root = tree.root(size)
        for index in range(size):
            path = tree.inclusion(index, size)
            assert includes(leaves[index], index, size, path, root, hashing=hashing)
            for leaf, at, count, steps, top in wrong_inclusions(hashing, leaves[index], index, size, path, root):
                assert not includes(leaf, at, count, steps, top, hashing=hashing), (index, size, at, count)


@BOTH
def test_every_small_tree_is_proved_to_extend_every_smaller_one(hashing):
    leaves = hashed(hashing, 18)
    tree = tree_of(hashing, leaves)

    for new in range(1, 19):
        for old in range(1, new + 1):
            roots = tree.root(old), tree.root(new)
            path = tree.consistency(old, new)
            assert extends(old, new, path, *roots, hashing=hashing)
            for first, second, steps, before, after in wrong_consistencies(hashing, old, new, path, *roots):
                assert not extends(first, second, steps, before, after, hashing=hashing), (old, new, first, second)


def wrong_inclusions(hashing, leaf, index, size, path, root) -> Iterator[tuple]:
    """Every way in which the vectors of transparency-dev spoil a proof."""
    other = hashing.leaf(b"another")
    for at in {index - 1, index + 1, index ^ 2, size, -1} - {index}:
        yield leaf, at, size, path, root
    for count in {size * 2, size // 2, 0, -size} - {size}:
        if count != size:
            yield leaf, index, count, path, root
    yield other, index, size, path, root
    yield leaf, index, size, path, other
    if leaf != root:
        yield root, index, size, path, leaf
    for steps in spoilt(hashing, path, (root, leaf, b"", other)):
        yield leaf, index, size, steps, root


def wrong_consistencies(hashing, old, new, path, before, after) -> Iterator[tuple]:
    other = hashing.leaf(b"another")
    for first in {old - 1, old + 1, old ^ 2} - {old}:
        yield first, new, path, before, after
    for second in {new * 2, new // 2, 0} - {new}:
        yield old, second, path, before, after
    yield old, new, path, other, after
    yield old, new, path, before, other
    if before != after:
        yield old, new, path, after, before
    for steps in spoilt(hashing, path, (before, after, b"", other)):
        yield old, new, steps, before, after


def spoilt(hashing, path, extras) -> Iterator[list[bytes]]:
    for at, step in enumerate(path):
        yield [*path[:at], bytes([step[0] ^ 0x10, *step[1:]]), *path[at + 1 :]]
    if path:
        yield []
        yield path[:-1]
        yield path[1:]
    for extra in extras:
        yield [*path, extra]
        yield [extra, *path]


def test_nothing_is_said_of_the_empty_tree():
    tree = tree_of(SM3, hashed(SM3, 4))

    with pytest.raises(OutOfTree):
        tree.inclusion(0, 0)
    for sizes in ((0, 4), (0, 0), (5, 4), (-1, 4)):
        with pytest.raises(OutOfTree):
            tree.consistency(*sizes)
    assert not extends(0, 4, [], SM3.empty, tree.root(4))
    assert not extends(0, 0, [], SM3.empty, SM3.empty)
    assert not includes(SM3.empty, 0, 0, [], SM3.empty)


@given(st.data())
def test_proofs_hold_at_any_size(data):
    size = data.draw(st.integers(1, 1200))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    leaves = [n.to_bytes(32) for n in range(size)]
    tree = tree_of(SHA256, leaves)

    path = tree.inclusion(index, size)

    assert includes(leaves[index], index, size, path, tree.root(size), hashing=SHA256)
    assert not includes(leaves[index - 1], index, size, path, tree.root(size), hashing=SHA256) or size == 1
    assert extends(old, size, tree.consistency(old, size), tree.root(old), tree.root(size), hashing=SHA256)


@given(st.integers(0, 40), st.integers(0, 40), st.lists(st.binary(min_size=32, max_size=32), max_size=8))
def test_no_made_up_path_is_believed_or_breaks_the_check(first, second, path):
    root = bytes(32)

    assert not includes(b"\1" * 32, first, second, path, root)
    assert not extends(first, second, path, b"\1" * 32, root)
