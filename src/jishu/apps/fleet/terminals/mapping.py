"""The map as lines in metres: what lies in the background, and how much of the world is shown."""

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians

from . import roads
from .roads import Point

_METRES = 111_320.0
_MARGIN = 0.06
_LEAST_M = 1500
MOST_ASPECT = 1.6


@dataclass(frozen=True)
class View:
    """A rectangle of the world; x runs east and y south, in metres from its upper left corner."""

    west: float
    south: float
    east: float
    north: float

    @property
    def _east_metres(self) -> float:
        return _METRES * cos(radians((self.south + self.north) / 2))

    @property
    def width(self) -> int:
        return round((self.east - self.west) * self._east_metres)

    @property
    def height(self) -> int:
        return round((self.north - self.south) * _METRES)

    def xy(self, longitude: float, latitude: float) -> tuple[int, int]:
        return round((longitude - self.west) * self._east_metres), round((self.north - latitude) * _METRES)

    def line(self, points: list[Point]) -> str:
        """The `d` of an SVG path."""
        return "M" + "L".join("{} {}".format(*self.xy(*point)) for point in points)


DISTRICT = View(roads.WEST - 0.005, roads.SOUTH - 0.005, roads.EAST + 0.005, roads.NORTH + 0.005)


def view_of(points: list[Point]) -> View:
    """Around all of `points`; the district where there are none."""
    if not points:
        return DISTRICT
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    least = _LEAST_M / _METRES
    across, up = max((east - west) * (1 + _MARGIN), least), max((north - south) * (1 + _MARGIN), least)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    across, up = max(across, up / MOST_ASPECT), max(up, across / MOST_ASPECT)
    return View(middle_x - across / 2, middle_y - up / 2, middle_x + across / 2, middle_y + up / 2)


def background(view: View) -> dict[str, str]:
    """Paths by kind: river first, then roads from the smallest to the largest."""
    known = roads.network()
    lines: dict[str, list[str]] = {kind: [] for kind in reversed(roads.LIMITS)}
    for here, ends in known.ways.items():
        for there, _, kind in ends:
            if here < there:
                lines[kind].append(view.line([known.nodes[here], known.nodes[there]]))
    return {"water": view.line(roads.river()) + "Z", **{kind: "".join(paths) for kind, paths in lines.items()}}


@lru_cache(maxsize=1)
def district_background() -> dict[str, str]:
    return background(DISTRICT)
