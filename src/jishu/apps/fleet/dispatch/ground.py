"""The problem as arrays, which is what compiled code reads.

Nodes: every stop of every request in order, then the stays of cars between their intervals, then each car's start
and end.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Marks = NDArray[np.bool_]


class Ground(NamedTuple):
    minutes: Floats  # node × node
    km: Floats  # node × node
    early: Floats
    late: Floats
    service: Floats
    load: Whole  # change of persons aboard
    owner: Whole  # request of a node, -1: none
    first: Whole  # first node of a request; its nodes follow one another
    last: Whole
    alone: Marks
    ride: Floats
    penalty: Floats
    fits: Marks  # request × car
    seats: Whole
    per_km: Floats
    fixed: Floats
    reach: Floats  # km
    start: Whole
    end: Whole
    base: Whole  # car × positions: the route of an unused car, with its stays
    base_size: Whole
    kind: Whole  # cars of one kind are the same to the search
    locked: Whole  # last position of a car's route that is history
    frozen: Marks  # requests that have begun
    pairs: Marks  # car × crew
    wants: Marks  # request × crew
    crew: Floats  # crew × (starts, ends, driving limit, duty limit, spell, rest)
    crews: Whole  # how many drivers of each crew there are
    mark: NDArray[np.uint64]  # a random word for each request, to know sets by


class State(NamedTuple):
    """A plan in the making. Position 0 is the car's start, the last its end."""

    route: Whole  # car × positions
    size: Whole
    crew: Whole  # -1: none yet
    where: Whole  # car of each request, -1: unserved
    begin: Floats  # earliest begin of service, rides and rests kept
    until: Floats  # latest begin that leaves the rest in time
    aboard: Whole  # persons after each position
    open: Marks  # whether somebody may be put in after this position
    km: Floats  # of each car
    empty: Floats
    cost: Floats
    stamp: NDArray[np.int64]  # differs whenever the route does
    sign: NDArray[np.uint64]  # of the set of requests
    free: Whole  # drivers left of each crew
    total: Floats  # [0]: of all cars and penalties; [1]: last stamp given


class Desk(NamedTuple):
    """Room to work in, and what is remembered of earlier insertions."""

    line: Whole
    time: Floats
    stand: Floats
    spot: Whole  # position of each node in the line at hand
    gain: Floats  # request × car, valid while the stamps agree
    after: Whole  # request × car × 2
    seen: NDArray[np.int64]
    order: Whole  # 3 × request × request: neighbours by place, by place and time, by time
    out: Whole
    done: Whole
    row: Floats  # request × car
    key: Floats
    kept: Floats
    chosen: Whole
    heat: Floats


class Pool(NamedTuple):
    """Distinct routes seen, the cheapest for each set of requests and kind of car; found by the sign of the set."""

    sign: NDArray[np.uint64]
    car: Whole
    crew: Whole
    size: Whole
    cost: Floats
    line: Whole
    tally: NDArray[np.int64]


def new_state(ground: Ground) -> State:
    cars, longest = ground.base.shape
    shape = (cars, longest)
    return State(
        ground.base.copy(), ground.base_size.copy(), np.full(cars, -1, np.int64),
        np.full(len(ground.first), -1, np.int64), np.zeros(shape), np.zeros(shape), np.zeros(shape, np.int64),
        np.zeros(shape, np.bool_), np.zeros(cars), np.zeros(cars), np.zeros(cars), np.zeros(cars, np.int64),
        np.zeros(cars, np.uint64), ground.crews.copy(), np.array([ground.penalty.sum(), 0.0]),
    )  # fmt: skip


def new_desk(ground: Ground) -> Desk:
    (cars, longest), requests, nodes = ground.base.shape, len(ground.first), len(ground.early)
    return Desk(
        np.zeros(longest + 16, np.int64), np.zeros(longest + 16), np.zeros(longest + 16),
        np.zeros(nodes, np.int64), np.zeros((requests, cars)), np.zeros((requests, cars, 2), np.int64),
        np.full((requests, cars), -1, np.int64), neighbours(ground), np.zeros(requests, np.int64),
        np.zeros(cars, np.int64),
        np.zeros((requests, cars)), np.zeros(requests), np.zeros(8), np.zeros(requests, np.int64), np.ones(2),
    )  # fmt: skip


def new_pool(slots: int, longest: int) -> Pool:
    return Pool(
        np.zeros(slots, np.uint64), np.zeros(slots, np.int64), np.zeros(slots, np.int64), np.zeros(slots, np.int64),
        np.zeros(slots), np.zeros((slots, longest), np.int64), np.zeros(1, np.int64),
    )  # fmt: skip


def neighbours(ground: Ground) -> Whole:
    up, down, minutes = ground.first, ground.last, ground.minutes
    near = np.minimum.reduce([minutes[np.ix_(a, b)] for a in (up, down) for b in (up, down)])
    apart = minutes[np.ix_(up, up)] + minutes[np.ix_(down, down)]
    later = np.abs(np.subtract.outer(ground.early[up], ground.early[up]))
    later += np.abs(np.subtract.outer(ground.late[down], ground.late[down]))
    ranked = [np.argsort(by, axis=1, kind="stable") for by in (near, apart + 0.25 * later, later)]
    return np.stack(ranked).astype(np.int64)
