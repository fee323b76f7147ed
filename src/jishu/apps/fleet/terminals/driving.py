"""When a car drove and when it stood, from its positions: no loop over positions, a million in a second or two."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .coordinates import metres
from .rows import Flag
from .segments import NONE, Track

_MOVING = 30
"""Tenths of km/h: slower is the noise of a receiver that stands still."""
_STANDS_FOR_S = 180
"""Shorter is a traffic light."""
_GAP_S = 3600
_LEAST_M, _LEAST_S = 300, 60
_FASTEST_M_PER_S = 70
_FIXED = 1 << 1
_PLAUSIBLE = (0.7, 1.6)
"""Between these a terminal's mileage may differ from the way between positions, which cuts corners."""

_CELL = 100
"""Millionths of a degree: about ten metres."""

Ints = NDArray[np.int64]
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Drive:
    """From `first` to `last` in the track it was found in, both included; times in milliseconds since 1970."""

    first: int
    last: int
    start: int
    end: int
    metres: int
    by_terminal: bool
    """Where the distance is from: the terminal's own mileage, or else the positions."""
    top_speed: int
    """Tenths of km/h."""


def usable(track: Track) -> Track:
    """Without reports that say no place, and without leaps no car makes."""
    keep = ((track["status"] & _FIXED) != 0) & ((track["flags"] & (Flag.NOWHERE | Flag.CLOCK)) == 0)
    kept = {name: column[keep] for name, column in track.items()}
    if len(kept["time"]) < 3:
        return kept
    far, seconds = steps(kept), np.diff(kept["time"]) / 1000
    leap = far > np.maximum(seconds, 1) * _FASTEST_M_PER_S
    alone = np.zeros(len(kept["time"]), bool)
    alone[1:-1] = leap[:-1] & leap[1:]  # away and back again
    return {name: column[~alone] for name, column in kept.items()}


def steps(track: Track) -> NDArray[np.float64]:
    """Metres from each position to the next."""
    latitude, longitude = track["latitude"] / 1e6, track["longitude"] / 1e6
    return metres(latitude[:-1], longitude[:-1], latitude[1:], longitude[1:])


def drives(track: Track, cars: Ints | None = None) -> list[Drive]:
    """Every drive in `track`; `cars` says whose each position is when several follow one another."""
    count = len(track["time"])
    if count < 2:
        return []
    far = steps(track)
    seconds = np.diff(track["time"]) / 1000
    broken = seconds > _GAP_S
    if cars is not None:
        broken |= np.diff(cars) != 0
    # A step is driven when the car moves at its end, or has come too far for standing.
    driven = ((track["speed"][1:] >= _MOVING) | (far > np.maximum(30, seconds * 0.8))) & ~broken
    first, after = _runs(_bridged(driven, seconds, broken))
    if not len(first):
        return []
    way = np.concatenate(([0.0], np.cumsum(far)))
    length = way[after] - way[first]
    lasted = (track["time"][after] - track["time"][first]) / 1000
    kept = (length >= _LEAST_M) & (lasted >= _LEAST_S)
    top = np.maximum.reduceat(track["speed"], np.stack([first, after], 1).ravel().clip(max=count - 1))[::2]
    return [
        _drive(track, int(begin), int(end), float(way_m), int(speed))
        for begin, end, way_m, speed in zip(first[kept], after[kept], length[kept], top[kept], strict=True)
    ]


def _runs(flags: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Where runs of True begin, and where they are over."""
    edges = np.diff(np.concatenate(([0], flags.view(np.int8), [0])))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)


def _bridged(driven: NDArray[np.bool_], seconds: NDArray[np.float64], broken: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Short halts belong to the drive; nothing is bridged across a gap or from one car to the next."""
    first, after = _runs(~driven)
    elapsed = np.concatenate(([0.0], np.cumsum(seconds)))
    breaks = np.concatenate(([0], np.cumsum(broken)))
    short = (elapsed[after] - elapsed[first] < _STANDS_FOR_S) & (breaks[after] == breaks[first])
    short &= (first > 0) & (after < len(driven))
    turned = np.zeros(len(driven) + 1, np.int32)
    np.add.at(turned, first[short], 1)
    np.add.at(turned, after[short], -1)
    return driven | (np.cumsum(turned[:-1]) > 0)


def _drive(track: Track, first: int, last: int, length: float, top: int) -> Drive:
    start, end = int(track["mileage"][first]), int(track["mileage"][last])
    told = (end - start) * 100
    by_terminal = NONE not in (start, end) and _PLAUSIBLE[0] * length <= told <= _PLAUSIBLE[1] * length + 200
    return Drive(
        first, last, int(track["time"][first]), int(track["time"][last]), told if by_terminal else round(length),
        by_terminal, top,
    )  # fmt: skip


def simplified(track: Track, most: int = 2000) -> Ints:
    """Which positions to draw: Douglas–Peucker, its tolerance doubled until few enough are left."""
    count = len(track["time"])
    tolerance, kept = 5.0, np.arange(count)
    if count > most:  # standing still, and every few metres of a slow road, is drawn once
        cell = np.stack([track["latitude"] // _CELL, track["longitude"] // _CELL])
        kept = np.flatnonzero(np.concatenate(([True], (np.diff(cell) != 0).any(axis=0)[:-1], [True])))
        tolerance *= max(1, len(kept) // (4 * most))
    while len(kept) > most:
        kept = kept[_peucker(track["latitude"][kept] * 0.111, track["longitude"][kept] * 0.098, tolerance)]
        tolerance *= 2
    return kept


def _peucker(north: Floats, east: Floats, tolerance: float) -> NDArray[np.bool_]:
    keep = np.zeros(len(north), bool)
    keep[[0, -1]] = True
    waiting = [(0, len(north) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        across, along = north[last] - north[first], east[last] - east[first]
        length = np.hypot(across, along)
        up, right = north[first + 1 : last] - north[first], east[first + 1 : last] - east[first]
        off = np.abs(across * right - along * up) / length if length > 0 else np.hypot(up, right)
        worst = int(off.argmax())
        if off[worst] > tolerance:
            middle = first + 1 + worst
            keep[middle] = True
            waiting += [(first, middle), (middle, last)]
    return keep
