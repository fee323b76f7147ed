"""The tree's hashes as they are stored: 256 to a row, so that a proof of ten million entries reads a dozen rows."""

from collections.abc import Sequence
from functools import cached_property, lru_cache

from django.db import connection

from .models import Tile
from .tree import LENGTH, SM3, Tree

HEIGHT = 8
WIDTH = 1 << HEIGHT
_FULL = WIDTH * LENGTH


class Damaged(RuntimeError):
    """审计树的哈希与条数不符，封存已停止。请立即运行 jishu audit verify 并保护现场。"""


class StoredTree:
    """Reads each row once and hashes each node once; make a new one after the tree has grown."""

    def __init__(self) -> None:
        self._tile = lru_cache(256)(_read)
        self._node = lru_cache(1 << 16)(self._computed)

    @cached_property
    def tree(self) -> Tree:
        return Tree(self._node)

    def _computed(self, level: int, index: int) -> bytes:
        if level % HEIGHT:
            return SM3.node(self._node(level - 1, 2 * index), self._node(level - 1, 2 * index + 1))
        tile, at = divmod(index, WIDTH)
        found = self._tile(level // HEIGHT, tile)[at * LENGTH : (at + 1) * LENGTH]
        if len(found) != LENGTH:
            raise Damaged(Damaged.__doc__)
        return found


def append(size: int, leaves: Sequence[bytes]) -> None:
    """Lay leaf hashes down after the first ``size``; rows are rewritten at the right edge only."""
    level, laid, fresh = 0, size, leaves
    while fresh:
        fresh = _extend(level, laid, fresh)
        level, laid = level + 1, laid // WIDTH


def rows(level: int, first: int, count: int) -> dict[int, list[bytes]]:
    """The hashes of some rows side by side; a row that is not there has none."""
    found = Tile.objects.filter(level=level, index__gte=first, index__lt=first + count)
    stored = {index: split(bytes(hashes)) for index, hashes in found.values_list("index", "hashes")}
    return {index: stored.get(index, []) for index in range(first, first + count)}


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Of a full row."""
    while len(hashes) > 1:
        hashes = [SM3.node(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def split(row: bytes) -> list[bytes]:
    return [row[at : at + LENGTH] for at in range(0, len(row), LENGTH)]


def _extend(level: int, laid: int, fresh: Sequence[bytes]) -> list[bytes]:
    """Write to one level and give the roots of the rows that became full: the fresh hashes of the level above."""
    tile, within = divmod(laid, WIDTH)
    edge = _read(level, tile) if within else b""
    if len(edge) != within * LENGTH:
        raise Damaged(Damaged.__doc__)
    hashes = edge + b"".join(fresh)
    rows = [hashes[at : at + _FULL] for at in range(0, len(hashes), _FULL)]
    _write(level, tile, rows)
    return [root_of(split(row)) for row in rows if len(row) == _FULL]


def _read(level: int, index: int) -> bytes:
    found = Tile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
    return bytes(found or b"")


def _write(level: int, first: int, rows: Sequence[bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO audit_tile (level, index, hashes)
            SELECT %s, %s + at - 1, hashes FROM unnest(%s::bytea[]) WITH ORDINALITY AS fresh (hashes, at)
            ON CONFLICT (level, index) DO UPDATE SET hashes = EXCLUDED.hashes
            """,
            [level, first, list(rows)],
        )
