"""Every way of driving from an empty car to an empty car again (Rist and Forbes): what routes are made of.

A fragment entered at `t` is left at max(t + span, soonest), for any t up to `latest`; before `opens` the car waits.
That is exact, since all its rules are differences of times.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compiling import compiled
from .ground import Floats, Whole
from .memory import Held, Record, drive, flags, int64, ints, leg, reals, signs
from .timing import timely

MOST, _MOST_STEPS, _DEEP = 400_000, 20_000_000, 64


class Fragments(NamedTuple):
    first: Whole  # request picked up first
    last: Whole  # request brought last
    opens: Floats
    latest: Floats
    span: Floats
    soonest: Floats
    km: Floats
    most: Whole  # persons aboard at once
    begin: Whole  # in `nodes`
    size: Whole
    mask: NDArray[np.uint64]  # fragment × words
    nodes: Whole


class _Walk(NamedTuple):
    line: Whole
    choice: Whole
    state: Whole  # of each request: 0 outside, 1 aboard, 2 brought
    aboard: Whole
    test: Whole
    tally: Whole  # fragments, nodes, steps


def enumerate_fragments(g: Held, desk: Held, requests: int, crew: int, seats: int) -> Fragments | None:
    """None when there are too many."""
    words, room = (requests + 63) // 64, 1 << 14
    walk = Held(
        _Walk(*(np.zeros(size, np.int64) for size in (_DEEP, _DEEP, requests, _DEEP, _DEEP, 3))),
        crew=crew, seats=seats, deep=_DEEP - 2, words=words,
    )  # fmt: skip
    while room <= MOST:
        made = _empty(room, words)
        held = Held(made, room=room, room_nodes=len(made.nodes))
        walk.arrays.state[:], walk.arrays.tally[:] = 0, 0
        verdict = _enumerate(g.record, walk.record, held.record, desk.record, _MOST_STEPS)
        count, used = int(walk.arrays.tally[0]), int(walk.arrays.tally[1])
        if verdict == 1:
            cut = [array[:count] for array in made[:-1]]
            return _undominated(Fragments._make([*cut, made.nodes[:used]]))
        if verdict == 2:
            return None
        room *= 4
    return None


def _empty(room: int, words: int) -> Fragments:
    whole, real = (lambda: np.zeros(room, np.int64)), (lambda: np.zeros(room))
    return Fragments(
        whole(), whole(), real(), real(), real(), real(), real(), whole(), whole(), whole(),
        np.zeros((room, words), np.uint64), np.zeros(room * 12, np.int64),
    )  # fmt: skip


def _undominated(found: Fragments) -> Fragments:
    """Of those that serve the same requests between the same ends, only such as are better in something."""
    keys = [*(found.mask[:, word] for word in range(found.mask.shape[1])), found.last, found.first]
    order = np.lexsort((found.km, *keys))
    same = np.ones(len(order), np.bool_)
    for key in keys:
        same[1:] &= key[order[1:]] == key[order[:-1]]
    same[:1] = False
    kept = np.ones(len(order), np.bool_)
    values = np.stack([found.km, found.span, found.soonest, -found.latest], axis=1)[order]
    group = 0
    for at in range(len(order)):
        if not same[at]:
            group = at
            continue
        before = values[group:at][kept[group:at]]
        kept[at] = not (before <= values[at] + 1e-9).all(axis=1).any()
    chosen = np.sort(order[kept])
    return Fragments._make([*(array[chosen] for array in found[:-1]), found.nodes])


@compiled
def _enumerate(g: Record, w: Record, f: Record, d: Record, steps: int) -> int:
    """1: all found; 0: not enough room; 2: too many."""
    for r in range(g.requests):
        ints(w.state)[r] = 1
        ints(w.line)[0], ints(w.choice)[1], ints(w.aboard)[0] = ints(g.first)[r], 0, ints(g.load)[ints(g.first)[r]]
        verdict = _block(g, w, f, d, r) if flags(g.alone)[r] else _from(g, w, f, d, steps)
        ints(w.state)[r] = 0
        if verdict != 1:
            return verdict
    return 1


@compiled
def _block(g: Record, w: Record, f: Record, d: Record, r: int) -> int:
    size = ints(g.last)[r] - ints(g.first)[r] + 1
    most = int64(0)
    for at in range(size):
        ints(w.line)[at] = ints(g.first)[r] + at
        most = max(most, ints(w.aboard)[at - 1] + ints(g.load)[ints(w.line)[at]] if at else ints(w.aboard)[0])
        ints(w.aboard)[at] = ints(w.aboard)[at - 1] + ints(g.load)[ints(w.line)[at]] if at else ints(w.aboard)[0]
    if most > w.seats or not timely(g, w.line, size, w.crew, d):
        return 1
    return 1 if _emit(g, w, f, d, size) else 0


@compiled
def _from(g: Record, w: Record, f: Record, d: Record, steps: int) -> int:
    """Depth first; position 0 is given."""
    depth = int64(1)
    while depth > 0:
        ints(w.tally)[2] += 1
        if ints(w.tally)[2] > steps or depth == w.deep:
            return 2
        choice = ints(w.choice)[depth]
        if choice == 2 * g.requests:
            depth -= 1
            if depth > 0:
                _take_back(g, w, depth)
            continue
        ints(w.choice)[depth] += 1
        if not _step(g, w, d, depth, choice):
            continue
        if ints(w.aboard)[depth] > 0:
            depth += 1
            ints(w.choice)[depth] = 0
            continue
        if not _emit(g, w, f, d, depth + 1):
            return 0
        _take_back(g, w, depth)
    return 1


@compiled
def _take_back(g: Record, w: Record, depth: int) -> None:
    node = ints(w.line)[depth]
    owner = ints(g.owner)[node]
    ints(w.state)[owner] = 0 if node == ints(g.first)[owner] else 1


@compiled
def _step(g: Record, w: Record, d: Record, depth: int, choice: int) -> bool:
    """Go on to a request's pick-up or drop if that can still end well."""
    r = choice if choice < g.requests else choice - g.requests
    wanted = 0 if choice < g.requests else 1
    if ints(w.state)[r] != wanted or flags(g.alone)[r]:
        return False
    node = ints(g.first)[r] if wanted == 0 else ints(g.last)[r]
    before = ints(w.line)[depth - 1]
    aboard = ints(w.aboard)[depth - 1] + ints(g.load)[node]
    if aboard > w.seats:
        return False
    if reals(g.early)[before] + reals(g.service)[before] + drive(g, before, node) > reals(g.late)[node]:
        return False
    ints(w.line)[depth], ints(w.aboard)[depth] = node, aboard
    ints(w.state)[r] = wanted + 1
    if _can_end(g, w, d, depth + 1):
        return True
    ints(w.state)[r] = wanted
    return False


@compiled
def _can_end(g: Record, w: Record, d: Record, size: int) -> bool:
    """Each of those aboard could be brought next."""
    for at in range(size):
        ints(w.test)[at] = ints(w.line)[at]
    if not timely(g, w.test, size, w.crew, d):
        return False
    for at in range(size):
        owner = ints(g.owner)[ints(w.line)[at]]
        if ints(w.state)[owner] == 1:
            ints(w.test)[size] = ints(g.last)[owner]
            if not timely(g, w.test, size + 1, w.crew, d):
                return False
    return True


@compiled
def _emit(g: Record, w: Record, f: Record, d: Record, size: int) -> bool:
    at, begin = ints(w.tally)[0], ints(w.tally)[1]
    if at >= f.room or begin + size > f.room_nodes:
        return False
    first, last, most, km = ints(w.line)[0], ints(w.line)[size - 1], int64(0), 0.0
    for k in range(size):
        node = ints(w.line)[k]
        ints(f.nodes)[begin + k] = node
        most = max(most, ints(w.aboard)[k])
        if k:
            km += leg(g, ints(w.line)[k - 1], node)
        if node == ints(g.first)[ints(g.owner)[node]]:
            owner = ints(g.owner)[node]
            signs(f.mask)[at * w.words + owner // 64] |= np.uint64(1) << np.uint64(owner % 64)
    timely(g, w.line, size, w.crew, d)
    reals(f.opens)[at], reals(f.soonest)[at] = reals(d.time)[0], reals(d.time)[size - 1]
    latest = _latest(g, w, d, size)
    early = reals(g.early)[first]
    reals(g.early)[first] = latest
    if not timely(g, w.line, size, w.crew, d):  # by rounding: taken as if waiting could always be had, which bounds it
        reals(d.time)[size - 1] = reals(f.soonest)[at]
    reals(g.early)[first] = early
    reals(f.latest)[at], reals(f.span)[at] = latest, reals(d.time)[size - 1] - latest
    ints(f.first)[at], ints(f.last)[at], ints(f.most)[at] = ints(g.owner)[first], ints(g.owner)[last], most
    reals(f.km)[at], ints(f.begin)[at], ints(f.size)[at] = km, begin, size
    ints(w.tally)[0] += 1
    ints(w.tally)[1] += size
    return True


@compiled
def _latest(g: Record, w: Record, d: Record, size: int) -> float:
    """The latest begin at the first stop: upper bounds lowered to a fixed point."""
    for k in range(size):
        node = ints(w.line)[k]
        ints(d.spot)[node] = k
        reals(d.time)[k] = reals(g.late)[node]
    for _ in range(20 * size):  # what rounding leaves is not chased for ever
        changed = _lowered(g, w, d, size)
        for k in range(size - 2, -1, -1):
            here, there = ints(w.line)[k], ints(w.line)[k + 1]
            due = reals(d.time)[k + 1] - reals(g.service)[here] - drive(g, here, there)
            if due < reals(d.time)[k] - 1e-9:
                reals(d.time)[k] = due
                changed = True
        if not changed:
            break
    return reals(d.time)[0]


@compiled
def _lowered(g: Record, w: Record, d: Record, size: int) -> bool:
    """Drops no later than the ride from the latest pick-up allows."""
    changed = False
    for k in range(size):
        owner = ints(g.owner)[ints(w.line)[k]]
        if ints(w.line)[k] == ints(g.last)[owner]:
            up = ints(d.spot)[ints(g.first)[owner]]
            due = reals(d.time)[up] + reals(g.service)[ints(w.line)[up]] + reals(g.ride)[owner]
            if due < reals(d.time)[k] - 1e-9:
                reals(d.time)[k] = due
                changed = True
    return changed
