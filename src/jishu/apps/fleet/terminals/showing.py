"""A day's track as the page draws it: a line of few points, the drives in words, what playback needs."""

from dataclasses import dataclass
from datetime import datetime

from jishu.platform.lib.clock import ZONE

from . import driving, mapping
from .roads import Point
from .segments import Track

MOST_POINTS = 2000
_FAST = 800
"""Tenths of km/h from which a stretch is marked as fast."""


@dataclass(frozen=True)
class DriveLine:
    start: datetime
    end: datetime
    minutes: int
    kilometres: float
    source: str
    top_speed: float
    path: str
    x: int
    y: int
    """Where it ended."""


@dataclass(frozen=True)
class Drawn:
    view: mapping.View
    background: dict[str, str]
    path: str
    fast: str
    drives: list[DriveLine]
    kilometres: float
    driven_minutes: int
    positions: int
    points: list[list[int]]
    """For playback: seconds of the day, x, y, tenths of km/h, in order."""
    start: tuple[int, int]
    end: tuple[int, int]


def drawn(track: Track) -> Drawn:
    kept = driving.simplified(track, MOST_POINTS)
    places: list[Point] = [
        (longitude / 1e6, latitude / 1e6)
        for longitude, latitude in zip(track["longitude"][kept].tolist(), track["latitude"][kept].tolist(), strict=True)
    ]
    view = mapping.view_of(places)
    drives = [_line(each, track, view) for each in driving.drives(track)]
    points = [
        [_second_of_day(moment), *view.xy(*place), speed]
        for moment, place, speed in zip(
            track["time"][kept].tolist(), places, track["speed"][kept].tolist(), strict=True
        )
    ]
    return Drawn(
        view=view, background=mapping.background(view), path=view.line(places), fast=_fast(points), drives=drives,
        kilometres=round(sum(each.kilometres for each in drives), 1),
        driven_minutes=sum(each.minutes for each in drives), positions=len(track["time"]), points=points,
        start=(points[0][1], points[0][2]), end=(points[-1][1], points[-1][2]),
    )  # fmt: skip


def _fast(points: list[list[int]]) -> str:
    """The stretches driven at more than 80 km/h."""
    return "".join(
        f"M{before[1]} {before[2]}L{after[1]} {after[2]}"
        for before, after in zip(points, points[1:], strict=False)
        if after[3] >= _FAST
    )


def _line(drive: driving.Drive, track: Track, view: mapping.View) -> DriveLine:
    start, end = _moment(drive.start), _moment(drive.end)
    piece = {name: column[drive.first : drive.last + 1] for name, column in track.items()}
    kept = driving.simplified(piece, MOST_POINTS)
    places = [
        (longitude / 1e6, latitude / 1e6)
        for longitude, latitude in zip(piece["longitude"][kept].tolist(), piece["latitude"][kept].tolist(), strict=True)
    ]
    x, y = view.xy(*places[-1])
    return DriveLine(
        start=start, end=end, minutes=round((end - start).total_seconds() / 60),
        kilometres=round(drive.metres / 1000, 1), source="终端里程" if drive.by_terminal else "定位推算",
        top_speed=drive.top_speed / 10, path=view.line(places), x=x, y=y,
    )  # fmt: skip


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, ZONE)


def _second_of_day(milliseconds: int) -> int:
    moment = _moment(milliseconds)
    return moment.hour * 3600 + moment.minute * 60 + moment.second
