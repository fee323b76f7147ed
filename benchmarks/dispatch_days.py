"""Seeded dispatch problems: the family of Cordeau's "a" instances, and days of a government pool."""

from math import hypot
from random import Random

import numpy as np

from jishu.apps.fleet.dispatch import cordeau
from jishu.apps.fleet.dispatch.problem import Car, Driver, Problem, Request, Stop, Travel

_DAY = 1440


def instance(cars: int, requests: int, seed: int) -> Problem:
    """A square of 20, three minutes at a stop, three seats, thirty minutes' ride, a window of fifteen at one end."""
    chance, horizon = Random(seed), 60 * requests // cars
    nodes = [(0.0, 0.0, 0, 0, 0.0, float(horizon))]
    places = [(chance.uniform(-10, 10), chance.uniform(-10, 10)) for _ in range(2 * requests)]
    for at, (x, y) in enumerate(places):
        up = at < requests
        fixed = up == (at % requests >= requests // 2)
        far = hypot(x, y) + 3
        opens = chance.uniform(60, horizon - 60 - far) if fixed else 0.0
        nodes.append((x, y, 3, 1 if up else -1, opens, opens + 15 if fixed else float(_DAY)))
    lines = [f"{cars} {requests} {horizon} 3 30"]
    lines += [f"{n} {x:.3f} {y:.3f} {s} {q} {e:.3f} {late:.3f}" for n, (x, y, s, q, e, late) in enumerate(nodes)]
    return cordeau.parse("\n".join(lines))


def government_day(seed: int, requests: int = 200, cars: int = 40) -> Problem:
    """Four yards, three kinds of car, thirty-five drivers in two shifts for forty cars; half of the people share."""
    chance = Random(seed)
    points = [(chance.uniform(0, 40), chance.uniform(0, 30)) for _ in range(60)]
    metres = np.array([[1300 * hypot(a[0] - b[0], a[1] - b[1]) for b in points] for a in points])
    kinds = (("轿车", 4, 0.7, 20.0), ("商务车", 6, 0.9, 30.0), ("中巴", 18, 1.6, 60.0))
    fleet = [kinds[chance.choices((0, 1, 2), (6, 3, 1))[0]] for _ in range(cars)]
    return Problem(
        tuple(_trip(chance, number, len(points), metres) for number in range(requests)),
        tuple(
            Car(f"{kind}{n}", n % 4, n % 4, seats, per_km, fixed, kind, available=((420.0, 1260.0),))
            for n, (kind, seats, per_km, fixed) in enumerate(fleet)
        ),
        tuple(
            Driver(str(n), 420.0 + 120 * (n % 2), 1140.0 + 120 * (n % 2), driving_limit=480.0)
            for n in range(cars * 7 // 8)
        ),
        Travel(metres / 600, metres),
        empty_per_km=0.2,
    )  # fmt: skip


def _trip(chance: Random, number: int, places: int, metres: np.ndarray) -> Request:
    up, down = chance.sample(range(places), 2)
    leave, people = (
        chance.choice((480.0, 510.0, 540.0, 600.0, 810.0, 840.0, 870.0, 960.0)),
        chance.choice((1, 1, 1, 2, 2, 3, 5)),
    )
    direct = float(metres[up, down]) / 600
    stops = (Stop(up, leave, leave + 20, 3, people), Stop(down, 0, _DAY, 2, -people))
    return Request(str(number), stops, chance.random() < 0.5, 1.5 * direct + 15, penalty=150 + 3 * direct)
