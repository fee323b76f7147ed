"""How a car moves about the demo district: parks, drives to somewhere, waits there, comes back."""

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .roads import EAST_METRES, LIMITS, Network, network
from .segments import NONE, Track

_NORTH_METRES = 111_320.0
_ON, _FIXED = 1, 2
_DRIVING_EVERY, _PARKED_EVERY = 10, 300


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What one car does; the same seed does the same."""

    seed: int
    home: int | None = None
    """The node it is parked at; None: any."""
    first_after_s: int = 60
    stay_s: tuple[int, int] = (600, 2400)
    detours: bool = False
    """On the way it leaves the road for a quarter of an hour."""
    every_s: int = _DRIVING_EVERY
    mileage: int = 300_000
    """Tenths of a kilometre at the start."""


Floats = NDArray[np.float64]


def track(habits: Habits, start: float, seconds: int) -> Track:
    """Reports from `start` on: often while driving, seldom while parked."""
    chance, roads = random.Random(habits.seed), network()  # noqa: S311 — a car's whims
    home = habits.home if habits.home is not None else chance.randrange(len(roads.nodes))
    times, places, on = [0.0], [roads.nodes[home]], [False]
    here, moment = home, float(habits.first_after_s)
    while moment < seconds:
        goal = home if here != home and chance.random() < 0.6 else chance.randrange(len(roads.nodes))
        for leg in _legs(roads, here, goal, chance, detours=habits.detours):
            moment = _drive(roads, leg, moment, chance, (times, places, on))
            moment += chance.uniform(900, 1000) if habits.detours else chance.uniform(*habits.stay_s)
        here = goal
    return _sampled(np.array(times), np.array(places), np.array(on), habits, start, seconds)


def _legs(roads: Network, here: int, goal: int, chance: random.Random, *, detours: bool) -> list[list[int]]:
    if not detours:
        return [roads.path(here, goal)]
    aside = chance.randrange(len(roads.nodes))
    return [roads.path(here, aside), roads.path(aside, goal)]


def _drive(
    roads: Network, leg: list[int], moment: float, chance: random.Random,
    course: tuple[list[float], list[tuple[float, float]], list[bool]],
) -> float:  # fmt: skip
    """Adds the corners of the way and when they are passed; returns the arrival."""
    times, places, on = course
    times.append(moment)
    places.append(roads.nodes[leg[0]])
    on.append(True)
    for here, there in zip(leg, leg[1:], strict=False):
        length = next(length for other, length, _ in roads.ways[here] if other == there)
        speed = LIMITS[roads.kind(here, there)] * chance.uniform(0.55, 0.95) / 3.6
        moment += length / speed + (chance.uniform(5, 40) if chance.random() < 0.25 else 0)  # a light
        times.append(moment)
        places.append(roads.nodes[there])
        on.append(True)
    on[-1] = False
    return moment


def _sampled(times: Floats, places: Floats, on: NDArray[np.bool_], habits: Habits, start: float, seconds: int) -> Track:
    ticks = np.arange(0, seconds, habits.every_s, dtype=np.float64)
    running = on[np.clip(np.searchsorted(times, ticks, side="right") - 1, 0, None)]
    longitude, latitude = np.interp(ticks, times, places[:, 0]), np.interp(ticks, times, places[:, 1])
    east = np.diff(longitude, prepend=longitude[0]) * EAST_METRES
    north = np.diff(latitude, prepend=latitude[0]) * _NORTH_METRES
    moved = np.hypot(east, north)
    noise = np.random.default_rng(habits.seed).normal(0, 3e-6, (2, len(ticks)))
    keep = running | (moved > 1) | (np.arange(len(ticks)) % max(1, _PARKED_EVERY // habits.every_s) == 0)
    columns = {
        "time": (start + ticks) * 1000,
        "latitude": (latitude + noise[0]) * 1e6,
        "longitude": (longitude + noise[1]) * 1e6,
        "altitude": np.full(len(ticks), 8.0),
        "speed": moved / habits.every_s * 36,
        "direction": np.degrees(np.arctan2(east, north)) % 360,
        "status": np.where(running, _ON | _FIXED, _FIXED),
        "alarm": np.zeros(len(ticks)),
        "mileage": habits.mileage + np.cumsum(moved) / 100,
        "fuel": np.full(len(ticks), NONE),
        "flags": np.zeros(len(ticks)),
    }
    return {name: np.asarray(np.floor(column), np.int64)[keep] for name, column in columns.items()}
