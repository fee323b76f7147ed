"""The roads of the demo district, made by rule from a seed: map, simulation and history agree without a file."""

import heapq
import random
from dataclasses import dataclass
from functools import lru_cache
from math import cos, hypot, radians

WEST, SOUTH, EAST, NORTH = 121.30, 28.58, 121.52, 28.74
_COLUMNS, _ROWS = 23, 21
_SEED = 331002
_RIVER_ROW = 13
"""The river runs north of this row; only every sixth column has a bridge."""
_METRES = 111_320.0
EAST_METRES = _METRES * cos(radians((SOUTH + NORTH) / 2))
# Kinds of road: their limit in km/h.
LIMITS = {"motorway": 90, "trunk": 70, "street": 50, "lane": 30}

Point = tuple[float, float]
"""Longitude, latitude."""


@dataclass(frozen=True)
class Network:
    nodes: tuple[Point, ...]
    ways: dict[int, tuple[tuple[int, float, str], ...]]
    """From a node to its neighbours: which, how many metres, what kind of road."""

    def path(self, start: int, end: int) -> list[int]:
        """The quickest way, ends included."""
        costs, before, open_ends = {start: 0.0}, {}, [(0.0, start)]
        while open_ends:
            cost, node = heapq.heappop(open_ends)
            if node == end:
                break
            if cost > costs[node]:
                continue
            for other, length, kind in self.ways[node]:
                there = cost + length / LIMITS[kind]
                if there < costs.get(other, float("inf")):
                    costs[other], before[other] = there, node
                    heapq.heappush(open_ends, (there, other))
        way = [end]
        while way[-1] != start:
            way.append(before[way[-1]])
        return way[::-1]

    def kind(self, here: int, there: int) -> str:
        return next(kind for other, _, kind in self.ways[here] if other == there)

    def nearest(self, longitude: float, latitude: float) -> int:
        return min(
            range(len(self.nodes)),
            key=lambda node: hypot(self.nodes[node][0] - longitude, self.nodes[node][1] - latitude),
        )


@lru_cache(maxsize=1)
def network() -> Network:
    """A grid bent a little, with ring, trunk roads, a river and few bridges; every node can be reached."""
    chance = random.Random(_SEED)  # noqa: S311 — a map, not a key
    nodes = tuple(_place(column, row, chance) for row in range(_ROWS) for column in range(_COLUMNS))
    ways: dict[int, list[tuple[int, float, str]]] = {node: [] for node in range(len(nodes))}
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            for step, rise in ((1, 0), (0, 1)):
                if column + step < _COLUMNS and row + rise < _ROWS and _built(column, row, rise, chance):
                    _join(nodes, ways, row * _COLUMNS + column, (row + rise) * _COLUMNS + column + step,
                          _kind(column, row, rise))  # fmt: skip
    return Network(nodes, {node: tuple(ends) for node, ends in ways.items()})


def _place(column: int, row: int, chance: random.Random) -> Point:
    bend = 0.25 if 0 < column < _COLUMNS - 1 and 0 < row < _ROWS - 1 else 0
    x = (column + chance.uniform(-bend, bend)) / (_COLUMNS - 1)
    y = (row + chance.uniform(-bend, bend)) / (_ROWS - 1)
    return round(WEST + x * (EAST - WEST), 6), round(SOUTH + y * (NORTH - SOUTH), 6)


def _built(column: int, row: int, rise: int, chance: random.Random) -> bool:
    dropped = chance.random() < 0.12  # asked always, so that the rest does not depend on it
    if rise and row == _RIVER_ROW:
        return column % 6 == 2
    return _kind(column, row, rise) != "lane" or not dropped or not rise


def _kind(column: int, row: int, rise: int) -> str:
    across = column if rise else row
    edge = _COLUMNS - 1 if rise else _ROWS - 1
    if across in (0, edge):
        return "motorway"
    if rise and row == _RIVER_ROW:
        return "trunk"
    return "trunk" if across % 6 == 2 else "street" if across % 2 == 0 else "lane"


def _join(
    nodes: tuple[Point, ...], ways: dict[int, list[tuple[int, float, str]]], here: int, there: int, kind: str
) -> None:
    (west, south), (east, north) = nodes[here], nodes[there]
    length = hypot((east - west) * EAST_METRES, (north - south) * _METRES)
    ways[here].append((there, length, kind))
    ways[there].append((here, length, kind))


def river() -> list[Point]:
    """The banks, as one ring."""
    known = network().nodes
    south = [known[_RIVER_ROW * _COLUMNS + column] for column in range(_COLUMNS)]
    north = [known[(_RIVER_ROW + 1) * _COLUMNS + column] for column in range(_COLUMNS)]
    lower = [(x, y + 0.3 * (above[1] - y)) for (x, y), above in zip(south, north, strict=True)]
    upper = [(x, y + 0.75 * (above[1] - y)) for (x, y), above in zip(south, north, strict=True)]
    return [*lower, *reversed(upper), lower[0]]


def background() -> dict[str, object]:
    """The map itself as GeoJSON: what is drawn where no internet is."""
    known = network()
    lines = [
        {"type": "Feature", "properties": {"kind": kind},
         "geometry": {"type": "LineString", "coordinates": [known.nodes[here], known.nodes[there]]}}
        for here, ends in known.ways.items() for there, _, kind in ends if here < there
    ]  # fmt: skip
    water = {
        "type": "Feature", "properties": {"kind": "water"},
        "geometry": {"type": "Polygon", "coordinates": [river()]},
    }  # fmt: skip
    return {"type": "FeatureCollection", "features": [water, *lines]}
