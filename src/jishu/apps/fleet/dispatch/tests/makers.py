"""Small dispatch problems: a square of 20 km, a kilometre a minute."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from jishu.apps.fleet.dispatch import cordeau
from jishu.apps.fleet.dispatch.problem import Car, Driver, Problem, Request, Stop, Travel

DATA = Path(__file__).parent / "data"


def instance(name: str) -> Problem:
    return cordeau.read(DATA / f"{name}.txt")


def make_travel(points: list[tuple[float, float]]) -> Travel:
    at = np.array(points, dtype=float)
    across = np.hypot(*(at[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    return Travel(across, across * 1000)


def make_request(key: str, up: int, down: int, leave: float, **more: object) -> Request:
    """From place to place, picked up within half an hour of `leave`."""
    people = int(more.pop("people", 1))  # type: ignore[call-overload]
    stops = (Stop(up, leave, leave + 30, 2, people), Stop(down, 0, 1440, 2, -people))
    return replace(Request(key, stops), **more)  # type: ignore[arg-type]


def make_problem(*requests: Request, cars: int = 1, drivers: int | None = None, **more: object) -> Problem:
    """Places: 0 the yard, 1 to 4 five to twenty kilometres east of it."""
    return Problem(
        requests,
        tuple(Car(f"车{n}", 0, 0, 4) for n in range(cars)),
        tuple(Driver(f"司机{n}") for n in range(cars if drivers is None else drivers)),
        make_travel([(0, 0), (5, 0), (10, 0), (15, 0), (20, 0)]),
        **more,  # type: ignore[arg-type]
    )
