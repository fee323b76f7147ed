"""Takes requests out of a plan: at random, alike in place and time, dear ones, a whole route, adjacent strings."""

import numpy as np

from .compiling import compiled
from .memory import Record, flags, int64, ints, leg, reals
from .timing import refresh

_STRING, _WAYS = 10, 12  # longest string; chances the ways are drawn from


@compiled
def ruin(g: Record, s: Record, d: Record) -> int:
    """Fill `out` with the requests to remove, remove them, and return how many."""
    most = max(2, min(g.requests, int(4 + np.random.random() * min(26, 0.4 * g.requests))))
    way = np.random.randint(_WAYS)
    if way < 5:
        count = _strings(g, s, d, most)
    elif way < 9:
        count = _alike(g, s, way // 7 + 1, d, most)
    elif way == 9:
        count = _random(g, s, d, most)
    elif way == 10:
        count = _dear(g, s, d, most)
    else:
        count = _route(g, s, d, most)
    take_out(g, s, count, d)
    return count


@compiled
def take_out(g: Record, s: Record, count: int, d: Record) -> None:
    for v in range(g.cars):
        kept, hit = 0, False
        for k in range(ints(s.size)[v]):
            node = ints(s.route)[v * g.longest + k]
            owner = ints(g.owner)[node]
            if owner >= 0 and _chosen(d, count, owner):
                hit = True
                continue
            ints(s.route)[v * g.longest + kept] = node
            kept += 1
        if hit:
            ints(s.size)[v] = kept
            if kept == ints(g.base_size)[v] and ints(g.locked)[v] == 0:
                ints(s.free)[ints(s.crew)[v]] += 1
                ints(s.crew)[v] = -1
            refresh(g, s, v, d)
    for at in range(count):
        ints(s.where)[ints(d.out)[at]] = -1
        reals(s.total)[0] += reals(g.penalty)[ints(d.out)[at]]


@compiled
def _chosen(d: Record, count: int, r: int) -> bool:
    for at in range(count):
        known = ints(d.out)[at]
        if known == r:
            return True
    return False


@compiled
def _seed(g: Record, s: Record) -> int:
    for _ in range(50):
        r = np.random.randint(g.requests)
        if ints(s.where)[r] >= 0 and not flags(g.frozen)[r]:
            return r
    return -1


@compiled
def _random(g: Record, s: Record, d: Record, most: int) -> int:
    count = int64(0)
    for _ in range(most):
        r = _seed(g, s)
        if r >= 0 and not _chosen(d, count, r):
            ints(d.out)[count] = r
            count += 1
    return count


@compiled
def _alike(g: Record, s: Record, which: int, d: Record, most: int) -> int:
    seed = np.random.randint(g.requests)
    count = int64(0)
    for _ in range(3 * most):
        if count == most:
            break
        base = seed if count == 0 else ints(d.out)[np.random.randint(count)]
        r = ints(d.order)[(which * g.requests + base) * g.requests + int(np.random.random() ** 6 * g.requests)]
        if ints(s.where)[r] >= 0 and not flags(g.frozen)[r] and not _chosen(d, count, r):
            ints(d.out)[count] = r
            count += 1
    return count


@compiled
def _saving(g: Record, s: Record, r: int) -> float:
    """Kilometres the route would be shorter without `r`, nearly: each end taken out by itself."""
    v, saved = ints(s.where)[r], 0.0
    for k in range(1, ints(s.size)[v] - 1):
        node = ints(s.route)[v * g.longest + k]
        if ints(g.owner)[node] == r:
            before, after = ints(s.route)[v * g.longest + k - 1], ints(s.route)[v * g.longest + k + 1]
            saved += leg(g, before, node) + leg(g, node, after) - leg(g, before, after)
    return saved * reals(g.per_km)[v]


@compiled
def _dear(g: Record, s: Record, d: Record, most: int) -> int:
    count = int64(0)
    for _ in range(most):
        best, dearest = 0.0, g.requests
        for r in range(g.requests):
            if ints(s.where)[r] < 0 or flags(g.frozen)[r] or _chosen(d, count, r):
                continue
            saving = _saving(g, s, r) * (0.6 + 0.8 * np.random.random())
            if saving > best:
                best, dearest = saving, r
        if dearest == g.requests:
            break
        ints(d.out)[count] = dearest
        count += 1
    return count


@compiled
def _route(g: Record, s: Record, d: Record, most: int) -> int:
    r = _seed(g, s)
    if r < 0:
        return 0
    v, count = ints(s.where)[r], int64(0)
    for k in range(1, ints(s.size)[v] - 1):
        owner = ints(g.owner)[ints(s.route)[v * g.longest + k]]
        if (
            owner >= 0
            and ints(s.route)[v * g.longest + k] == ints(g.first)[owner]
            and not flags(g.frozen)[owner]
            and count < 2 * most
        ):
            ints(d.out)[count] = owner
            count += 1
    return count


@compiled
def _strings(g: Record, s: Record, d: Record, most: int) -> int:
    """Slack induction by string removals (Christiaens and Vanden Berghe): strings of neighbours from several routes."""
    seed, count = np.random.randint(g.requests), int64(0)
    for v in range(g.cars):
        ints(d.done)[v] = 0
    for at in range(g.requests):
        r = ints(d.order)[seed * g.requests + at]
        v = ints(s.where)[r]
        if v < 0 or ints(d.done)[v] or _chosen(d, count, r):
            continue
        ints(d.done)[v] = 1
        count = _string(g, s, v, r, d, count, most)
        if count >= most or np.random.random() < 0.05:
            break
    return count


@compiled
def _string(g: Record, s: Record, v: int, r: int, d: Record, count: int, most: int) -> int:
    stops = ints(s.size)[v] - 2
    length = min(1 + np.random.randint(_STRING), stops)
    spot = 1
    while ints(s.route)[v * g.longest + spot] != ints(g.first)[r]:
        spot += 1
    begin = max(1, min(spot - np.random.randint(length), stops + 1 - length))
    for k in range(begin, begin + length):
        owner = ints(g.owner)[ints(s.route)[v * g.longest + k]]
        if owner >= 0 and count < most and not flags(g.frozen)[owner] and not _chosen(d, count, owner):
            ints(d.out)[count] = owner
            count += 1
    return count
