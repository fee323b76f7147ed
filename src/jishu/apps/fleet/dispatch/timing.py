"""When a line of stops can be driven: the earliest schedule that keeps windows, rides, duty and rests.

All but the rests are differences of two times, so that raising lower bounds to a fixed point is exact. Rests are taken
at the last possible stop, where standing still is not already long enough: what is found can be driven, some odd cases
are not found.
"""

import numpy as np

from .compiling import compiled
from .memory import Record, drive, flags, int64, ints, leg, reals, row, signs

EPS = 1e-7


@compiled
def timely(g: Record, line: int, size: int, crew: int, d: Record) -> bool:
    """Whether the line can be driven by this crew; `d.time` then holds the earliest begins."""
    for k in range(size):
        ints(d.spot)[ints(line)[k]] = k
        reals(d.stand)[k] = reals(g.service)[ints(line)[k]]
    reals(d.time)[0] = max(reals(g.early)[ints(line)[0]], reals(g.crew)[crew * 6 + 0])
    for k in range(1, size):
        node = ints(line)[k]
        reals(d.time)[k] = max(
            reals(g.early)[node],
            reals(d.time)[k - 1] + reals(d.stand)[k - 1] + drive(g, ints(line)[k - 1], node),
        )
        if reals(d.time)[k] > reals(g.late)[node] + EPS:
            return False
    while True:
        if not _settled(g, line, size, crew, d):
            return False
        verdict = _rested(g, line, size, crew, d)
        if verdict >= 0:
            return verdict == 1


@compiled
def _settled(g: Record, line: int, size: int, crew: int, d: Record) -> bool:
    """Raise begins until no ride and no duty is too long; False when that breaks a window."""
    ends = reals(g.crew)[crew * 6 + 1] + EPS
    changed = True
    while changed:
        changed = False
        if reals(d.time)[size - 1] > ends:
            return False
        if reals(d.time)[size - 1] - reals(d.time)[0] > reals(g.crew)[crew * 6 + 3] + EPS:
            changed = True
            if not _raised(g, line, size, int64(0), reals(d.time)[size - 1] - reals(g.crew)[crew * 6 + 3], d):
                return False
        for k in range(size - 2, 0, -1):
            due = _due(g, ints(line)[k], k, d)
            if due > 0.0:
                changed = True
                if not _raised(g, line, size, ints(d.spot)[ints(g.first)[ints(g.owner)[ints(line)[k]]]], due, d):
                    return False
    return True


@compiled
def _due(g: Record, node: int, k: int, d: Record) -> float:
    """When the request dropped here must be picked up, if that is later than it is; otherwise 0."""
    owner = ints(g.owner)[node]
    if owner < 0 or node != ints(g.last)[owner]:
        return 0.0
    up = ints(d.spot)[ints(g.first)[owner]]
    due = reals(d.time)[k] - reals(g.ride)[owner] - reals(g.service)[ints(g.first)[owner]]
    return due if due > reals(d.time)[up] + EPS else 0.0


@compiled
def _raised(g: Record, line: int, size: int, at: int, to: float, d: Record) -> bool:
    while True:
        if to > reals(g.late)[ints(line)[at]] + EPS:
            return False
        reals(d.time)[at] = to
        at += 1
        if at == size:
            return True
        to = reals(d.time)[at - 1] + reals(d.stand)[at - 1] + drive(g, ints(line)[at - 1], ints(line)[at])
        if to <= reals(d.time)[at]:
            return True


@compiled
def _rested(g: Record, line: int, size: int, crew: int, d: Record) -> int:
    """1: the driver rests enough; 0: drives too long in all; -1: a rest was put in, settle again."""
    total = 0.0
    for k in range(1, size):
        total += drive(g, ints(line)[k - 1], ints(line)[k])
    if total > reals(g.crew)[crew * 6 + 2] + EPS:
        return 0
    spell, rest = reals(g.crew)[crew * 6 + 4], reals(g.crew)[crew * 6 + 5]
    if total <= spell:
        return 1
    driven = 0.0
    for k in range(1, size):
        leg = drive(g, ints(line)[k - 1], ints(line)[k])
        if k > 1 and reals(d.time)[k] - leg - reals(d.time)[k - 1] >= rest - EPS:
            driven = 0.0
        driven += leg
        if driven > spell + EPS and leg <= spell:
            if k == 1 or reals(d.stand)[k - 1] >= rest:
                return 0
            reals(d.stand)[k - 1] = rest
            return -1 if _raised(g, line, size, k, reals(d.time)[k - 1] + rest + leg, d) else 0
        driven = leg % spell if leg > spell else driven
    return 1


@compiled
def refresh(g: Record, s: Record, v: int, d: Record) -> bool:
    """Everything we keep about a car's route, after it has changed."""
    size = ints(s.size)[v]
    reals(s.total)[1] += 1
    ints(s.stamp)[v] = int(reals(s.total)[1])
    reals(s.total)[0] -= reals(s.cost)[v]
    _measure(g, s, v)
    reals(s.total)[0] += reals(s.cost)[v]
    crew = ints(s.crew)[v]
    if crew < 0:
        return True
    if not timely(g, row(s.route, v, g.longest), size, crew, d):
        return False
    for k in range(size):
        reals(s.begin)[v * g.longest + k] = reals(d.time)[k]
    line = row(s.route, v, g.longest)
    reals(s.until)[v * g.longest + size - 1] = min(reals(g.late)[ints(line)[size - 1]], reals(g.crew)[crew * 6 + 1])
    for k in range(size - 2, -1, -1):
        left = (
            reals(s.until)[v * g.longest + k + 1]
            - drive(g, ints(line)[k], ints(line)[k + 1])
            - reals(g.service)[ints(line)[k]]
        )
        reals(s.until)[v * g.longest + k] = min(reals(g.late)[ints(line)[k]], left)
    return True


@compiled
def _measure(g: Record, s: Record, v: int) -> None:
    line, size = row(s.route, v, g.longest), ints(s.size)[v]
    km, empty, aboard, used = 0.0, 0.0, 0, False
    sign = np.uint64(0)
    for k in range(size):
        node = ints(line)[k]
        owner = ints(g.owner)[node]
        aboard += ints(g.load)[node]
        ints(s.aboard)[v * g.longest + k] = aboard
        flags(s.open)[v * g.longest + k] = k >= ints(g.locked)[v] and (
            owner < 0 or not flags(g.alone)[owner] or node == ints(g.last)[owner]
        )
        if owner >= 0:
            used = True
            if node == ints(g.first)[owner]:
                sign ^= signs(g.mark)[owner]
        if k + 1 < size:
            way = leg(g, node, ints(line)[k + 1])
            km += way
            if aboard == 0:
                empty += way
    reals(s.km)[v], reals(s.empty)[v], signs(s.sign)[v] = km, empty, sign
    reals(s.cost)[v] = reals(g.fixed)[v] + reals(g.per_km)[v] * km + g.empty_per_km * empty if used else 0.0
