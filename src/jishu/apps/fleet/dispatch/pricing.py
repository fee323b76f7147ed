"""Routes worth having at given dual prices: labels over fragments, guided by what completing a route costs at least."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .compiling import compiled
from .ground import Floats, Whole
from .memory import Record, drive, flags, int64, ints, leg, reals, signs

NOTHING = 1e18
_EPS = 1e-7


class Priced(NamedTuple):
    """Fragments of one kind of car at present prices, grouped by the request picked up first."""

    group: Whole  # where the fragments of a request begin; one more at the end
    cost: Floats
    last: Whole
    opens: Floats
    latest: Floats
    span: Floats
    soonest: Floats
    mask: NDArray[np.uint64]


class Ahead(NamedTuple):
    """At least what is still to be paid: on beginning a request's fragment in a slot of time, on being empty."""

    begin: Floats  # request × slot
    empty: Floats


class Labels(NamedTuple):
    """Arrivals at a first pick-up, the car empty."""

    request: Whole
    time: Floats
    cost: Floats
    parent: Whole
    fragment: Whole  # that led here
    mask: NDArray[np.uint64]
    next: Whole  # of the same slot of time
    chain: Whole  # of the same request (or set), to be compared with
    dead: NDArray[np.bool_]
    slot: Whole  # first label of each slot
    head: Whole
    tally: Whole  # labels, routes found
    found: Whole  # route × (label, fragment)
    value: Floats


@compiled
def look_ahead(g: Record, p: Record, a: Record, start: int, end: int) -> float:
    """Fill `a` from the end of the day backwards; the least reduced cost of any route. Time is rounded down."""
    for slot in range(a.slots - 1, -1, -1):
        for r in range(g.requests):
            reals(a.begin)[r * a.slots + slot] = _least_begin(g, p, a, r, slot)
        for r in range(g.requests):
            reals(a.empty)[r * a.slots + slot] = _least_empty(g, p, a, r, slot, end)
    least = NOTHING
    for r in range(g.requests):
        first = ints(g.first)[r]
        at = max(reals(g.early)[start] + drive(g, start, first), reals(g.early)[first])
        least = min(least, p.fixed + p.rate * leg(g, start, first) + begun(g, a, r, at))
    return least


@compiled
def begun(g: Record, a: Record, r: int, at: float) -> float:
    if at > reals(g.late)[ints(g.first)[r]] + _EPS:
        return NOTHING
    return reals(a.begin)[r * a.slots + int(at / a.width)]


@compiled
def left_at(g: Record, p: Record, f: int, at: float) -> float:
    """When the last stop of a fragment begun at `at` is done."""
    done = max(max(at, reals(p.opens)[f]) + reals(p.span)[f], reals(p.soonest)[f])
    return done + reals(g.service)[ints(g.last)[ints(p.last)[f]]]


@compiled
def _least_begin(g: Record, p: Record, a: Record, r: int, slot: int) -> float:
    if slot * a.width > reals(g.late)[ints(g.first)[r]]:
        return NOTHING
    least = NOTHING
    for f in range(ints(p.group)[r], ints(p.group)[r + 1]):
        if reals(p.latest)[f] + _EPS < slot * a.width:
            continue
        to = int(left_at(g, p, f, slot * a.width) / a.width)
        if to < a.slots:
            least = min(least, reals(p.cost)[f] + reals(a.empty)[ints(p.last)[f] * a.slots + max(to, slot + 1)])
    return least


@compiled
def _least_empty(g: Record, p: Record, a: Record, r: int, slot: int, end: int) -> float:
    here, at = ints(g.last)[r], slot * a.width
    least = NOTHING
    if at + drive(g, here, end) <= reals(g.late)[end] + _EPS:
        least = p.rate * leg(g, here, end)
    for other in range(g.requests):
        first = ints(g.first)[other]
        arrives = max(at + drive(g, here, first), reals(g.early)[first])
        if arrives <= reals(g.late)[first] + _EPS:
            least = min(least, p.rate * leg(g, here, first) + begun(g, a, other, arrives))
    return least


@compiled
def routes_below(g: Record, p: Record, a: Record, n: Record, start: int, end: int, most: float) -> bool:
    """Note routes of reduced cost under `most` in `n`; False when there was no room.

    With `n.every` each set of requests served so far is kept apart, and every route is found; otherwise labels that are
    no better in anything are dropped, and the cheapest route is found for sure.
    """
    for r in range(g.requests):
        first = ints(g.first)[r]
        at = reals(g.early)[start] + drive(g, start, first)
        cost = p.fixed + p.rate * leg(g, start, first)
        if not _arrive(g, p, a, n, r, at, cost, int64(-1), int64(-1), most):
            return False
    for slot in range(a.slots):
        while ints(n.slot)[slot] >= 0:
            label = ints(n.slot)[slot]
            ints(n.slot)[slot] = ints(n.next)[label]
            if not flags(n.dead)[label] and not _expand(g, p, a, n, label, end, most):
                return False
    return True


@compiled
def _expand(g: Record, p: Record, a: Record, n: Record, label: int, end: int, most: float) -> bool:
    r, at, cost = ints(n.request)[label], reals(n.time)[label], reals(n.cost)[label]
    for f in range(ints(p.group)[r], ints(p.group)[r + 1]):
        if reals(p.latest)[f] + _EPS < at or reals(p.cost)[f] >= NOTHING or _meets(n, p, label, f):
            continue
        done, paid = left_at(g, p, f, at), cost + reals(p.cost)[f]
        slot = int(done / a.width)
        if slot >= a.slots or paid + reals(a.empty)[ints(p.last)[f] * a.slots + slot] >= most:
            continue
        if not _leave(g, p, a, n, label, f, done, paid, end, most):
            return False
    return True


@compiled
def _meets(n: Record, p: Record, label: int, f: int) -> bool:
    for word in range(n.words):
        both = signs(n.mask)[label * n.words + word] & signs(p.mask)[f * n.words + word]
        if both:
            return True
    return False


@compiled
def _leave(  # noqa: PLR0913, PLR0917 - compiled: a tuple made per call would cost
    g: Record, p: Record, a: Record, n: Record, label: int, f: int, done: float, paid: float, end: int, most: float
) -> bool:
    """The car is empty after fragment `f`: home, or on to another first pick-up."""
    here = ints(g.last)[ints(p.last)[f]]
    home = paid + p.rate * leg(g, here, end)
    if home < most and done + drive(g, here, end) <= reals(g.late)[end] + _EPS:
        at = ints(n.tally)[1]
        if at == n.room_found:
            return False
        ints(n.found)[2 * at], ints(n.found)[2 * at + 1], reals(n.value)[at] = label, f, home
        ints(n.tally)[1] += 1
    for r in range(g.requests):
        first = ints(g.first)[r]
        arrives = done + drive(g, here, first)
        if arrives > reals(g.late)[first] + _EPS or _served(n, p, label, f, r):
            continue
        if not _arrive(g, p, a, n, r, arrives, paid + p.rate * leg(g, here, first), label, f, most):
            return False
    return True


@compiled
def _served(n: Record, p: Record, label: int, f: int, r: int) -> bool:
    bit, word = np.uint64(1) << np.uint64(r % 64), r // 64
    return (signs(n.mask)[label * n.words + word] | signs(p.mask)[f * n.words + word]) & bit != np.uint64(0)


@compiled
def _arrive(  # noqa: PLR0913, PLR0917 - compiled: a tuple made per call would cost
    g: Record, p: Record, a: Record, n: Record, r: int, at: float, cost: float, label: int, f: int, most: float
) -> bool:
    """A new label unless it cannot lead anywhere or another is as good; False when there is no room."""
    at = max(at, reals(g.early)[ints(g.first)[r]])
    if cost + begun(g, a, r, at) >= most:
        return True
    new = ints(n.tally)[0]
    if new == n.room:
        return False
    _write_mask(g, p, n, new, r, at, label, f)
    chain = _chain(n, new, r)
    if _as_good_known(n, new, r, at, cost, chain):
        return True
    ints(n.request)[new], reals(n.time)[new], reals(n.cost)[new] = r, at, cost
    ints(n.parent)[new], ints(n.fragment)[new], flags(n.dead)[new] = label, f, 0
    slot = int(at / a.width)
    ints(n.next)[new], ints(n.slot)[slot] = ints(n.slot)[slot], new
    ints(n.chain)[new], ints(n.head)[chain] = ints(n.head)[chain], new
    ints(n.tally)[0] += 1
    return True


@compiled
def _write_mask(  # noqa: PLR0913, PLR0917 - compiled: a tuple made per call would cost
    g: Record, p: Record, n: Record, new: int, r: int, at: float, label: int, f: int
) -> None:
    """Whom the route has served; unless all must be known, without those it could not reach any more anyway."""
    for word in range(n.words):
        mask = np.uint64(0)
        if label >= 0:
            mask = signs(n.mask)[label * n.words + word] | signs(p.mask)[f * n.words + word]
        signs(n.mask)[new * n.words + word] = mask
    if n.every or label < 0:
        return
    first = ints(g.first)[r]
    leaves = at + reals(g.service)[first]
    for other in range(g.requests):
        up = ints(g.first)[other]
        if leaves + drive(g, first, up) > reals(g.late)[up] + _EPS:
            signs(n.mask)[new * n.words + other // 64] &= ~(np.uint64(1) << np.uint64(other % 64))


@compiled
def _chain(n: Record, new: int, r: int) -> int:
    if not n.every:
        return r
    sign = np.uint64(r)
    for word in range(n.words):
        sign = (sign ^ signs(n.mask)[new * n.words + word]) * np.uint64(0x9E3779B97F4A7C15)
        sign ^= sign >> np.uint64(29)
    return int64(sign & np.uint64(n.chains - 1))


@compiled
def _as_good_known(n: Record, new: int, r: int, at: float, cost: float, chain: int) -> bool:
    other = ints(n.head)[chain]
    while other >= 0:
        if ints(n.request)[other] == r and not flags(n.dead)[other]:
            if reals(n.time)[other] <= at + _EPS and reals(n.cost)[other] <= cost + _EPS and _within(n, other, new):
                return True
            if at <= reals(n.time)[other] and cost <= reals(n.cost)[other] and _within(n, new, other):
                flags(n.dead)[other] = 1
        other = ints(n.chain)[other]
    return False


@compiled
def _within(n: Record, inner: int, outer: int) -> bool:
    for word in range(n.words):
        one, two = signs(n.mask)[inner * n.words + word], signs(n.mask)[outer * n.words + word]
        if one & ~two or (n.every and one != two):
            return False
    return True
