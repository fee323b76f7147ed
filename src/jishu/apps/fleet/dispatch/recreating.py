"""Puts the unserved back: one by one with blinks, or whoever would lose most by waiting first."""

import numpy as np

from .compiling import compiled
from .memory import Record, int64, ints, leg, reals
from .placing import NEVER, crew_for, gain_by, gains, put, second_of_its_kind

_BLINK = 0.02


@compiled
def recreate(g: Record, s: Record, d: Record) -> None:
    count = int64(0)
    for r in range(g.requests):
        if ints(s.where)[r] < 0:
            ints(d.out)[count] = r
            count += 1
    if np.random.random() < 0.5:
        _one_by_one(g, s, d, count)
    else:
        _by_regret(g, s, d, count)


@compiled
def insert(g: Record, s: Record, r: int, v: int, d: Record) -> bool:
    return put(g, s, r, v, crew_for(g, s, r, v, d), d)


@compiled
def _one_by_one(g: Record, s: Record, d: Record, count: int) -> None:
    _sort(g, d, count)
    for at in range(count):
        r, best, chosen = ints(d.out)[at], NEVER, g.cars
        for v in range(g.cars):
            if np.random.random() < _BLINK or second_of_its_kind(g, s, v):
                continue
            gain = gain_by(g, s, r, v, d)
            if gain < best:
                best, chosen = gain, v
        if chosen < g.cars and best < reals(g.penalty)[r]:
            insert(g, s, r, chosen, d)


@compiled
def _sort(g: Record, d: Record, count: int) -> None:
    """Into an order: shuffled, earliest first, longest way first, or latest first."""
    way = np.random.randint(4)
    for at in range(count):
        up, down = ints(g.first)[ints(d.out)[at]], ints(g.last)[ints(d.out)[at]]
        key = np.random.random()
        if way == 1:
            key = reals(g.late)[up]
        elif way == 2:
            key = -leg(g, up, down)
        elif way == 3:
            key = -reals(g.early)[down]
        reals(d.key)[at] = key
    for at in range(1, count):
        key, r, to = reals(d.key)[at], ints(d.out)[at], at
        while to > 0 and reals(d.key)[to - 1] > key:
            reals(d.key)[to], ints(d.out)[to] = reals(d.key)[to - 1], ints(d.out)[to - 1]
            to -= 1
        reals(d.key)[to], ints(d.out)[to] = key, r


@compiled
def _by_regret(g: Record, s: Record, d: Record, count: int) -> None:
    depth, noise = 2 + np.random.randint(3), 0.0 if np.random.random() < 0.3 else 0.4
    for at in range(count):
        gains(g, s, ints(d.out)[at], d)
    while count > 0:
        pick, most = count, -NEVER
        for at in range(count):
            regret = _regret(g, ints(d.out)[at], depth, noise, d)
            if regret > most:
                pick, most = at, regret
        if pick == count:
            return
        r = ints(d.out)[pick]
        chosen = ints(d.chosen)[r]
        opened = ints(s.crew)[chosen] < 0
        insert(g, s, r, chosen, d)
        count -= 1
        ints(d.out)[pick] = ints(d.out)[count]
        for at in range(count):
            other = ints(d.out)[at]
            if opened:
                gains(g, s, other, d)
            else:
                reals(d.row)[other * g.cars + chosen] = gain_by(g, s, other, chosen, d)


@compiled
def _regret(g: Record, r: int, depth: int, noise: float, d: Record) -> float:
    """What is lost when the request does not get its best car now; `d.chosen` tells that car."""
    best, chosen, penalty = NEVER, g.cars, reals(g.penalty)[r]
    for at in range(depth):
        reals(d.kept)[at] = penalty
    for v in range(g.cars):
        gain = reals(d.row)[r * g.cars + v]
        if gain >= penalty:
            continue
        gain *= 1.0 + noise * (np.random.random() - 0.5)
        if gain < best:
            best, chosen = gain, v
        _keep_least(d, depth, gain)
    ints(d.chosen)[r] = chosen
    if chosen == g.cars:
        return -NEVER
    total = -1e-3 * best
    for at in range(1, depth):
        total += reals(d.kept)[at] - reals(d.kept)[0]
    return total


@compiled
def _keep_least(d: Record, depth: int, gain: float) -> None:
    at = depth - 1
    if gain >= reals(d.kept)[at]:
        return
    while at > 0 and reals(d.kept)[at - 1] > gain:
        reals(d.kept)[at] = reals(d.kept)[at - 1]
        at -= 1
    reals(d.kept)[at] = gain
