"""A proven lower bound, and often the proof: column generation, then every route that could still matter.

The problem is relaxed, never tightened: drivers are only counted, stays, rests, range and daily limits are ignored. So
the bound holds for the problem as posed. Enumerated routes are held against all rules before they are used in a plan.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .flattening import FOREVER
from .fragments import Fragments, enumerate_fragments
from .memory import Held
from .partition import Column, Master, Relaxed, Rows
from .pricing import NOTHING, Ahead, Labels, Priced, look_ahead, routes_below
from .searcher import Searcher

_MOST_REQUESTS, _MOST_SLOTS, _CHAINS = 256, 3_000, 1 << 16
_ROOM, _FOUND, _A_ROUND, _MOST_WHOLE = 1_500_000, 300_000, 400, 40_000


@dataclass(frozen=True, slots=True)
class Bound:
    lower: float
    columns: list[Column]
    duals: Relaxed


class Bounder:
    """None of its answers is dressed up: what could not be computed in full is None."""

    def __init__(self, searcher: Searcher, stop: Callable[[], bool]) -> None:
        self.searcher, self.stop, self.ground = searcher, stop, searcher.ground
        requests = len(self.ground.first)
        self.fragments: Fragments | None = None
        if requests <= _MOST_REQUESTS and not self.ground.locked.any():
            self.fragments = enumerate_fragments(
                searcher.g, searcher.desk, requests, len(self.ground.crews), int(self.ground.seats.max())
            )
        self.kinds = np.unique(self.ground.kind, return_index=True)[1]
        self.rows = Rows(self.ground.penalty, np.bincount(self.ground.kind), np.array([self.ground.crews.sum()]))
        if self.fragments is not None:
            self._prepare(self.fragments, requests)

    def _prepare(self, found: Fragments, requests: int) -> None:
        order = np.lexsort((-found.latest, found.first))
        self.fragments = found = Fragments._make(
            [*(np.ascontiguousarray(part[order]) for part in found[:-1]), found.nodes]
        )
        group = np.searchsorted(found.first, np.arange(requests + 1)).astype(np.int64)
        words = found.mask.shape[1]
        step = float((found.span + self.ground.service[self.ground.last[found.last]]).min(initial=FOREVER))
        day = float(self.ground.late[self.ground.end].max())
        width = min(2.0, step)
        self.possible = width > 0 and day / max(width, 1e-9) < _MOST_SLOTS and len(found.first) > 0
        if not self.possible:
            return
        slots = int(day / width) + 2
        self.priced = Held(
            Priced(
                group,
                np.zeros(len(order)),
                found.last,
                found.opens,
                found.latest,
                found.span,
                found.soonest,
                found.mask,
            ),
            rate=0.0,
            fixed=0.0,
        )
        self.ahead = Held(Ahead(*(np.zeros((requests, slots)) for _ in range(2))), slots=slots, width=float(width))
        self.words = words

    def lower_bound(self, columns: list[Column]) -> Bound | None:
        """The linear relaxation over all routes; None when time or room ran out before it was reached."""
        if self.fragments is None or not self.possible:
            return None
        master = Master(self.rows)
        master.add([Column(c.cost, c.requests, c.kind, 0, c.nodes) for c in columns])
        labels = self._labels(every=False)
        while not self.stop():
            relaxed = master.relax()
            if relaxed is None:
                return None
            fresh = list[Column]()
            for kind in range(len(self.kinds)):
                found = self._below(relaxed, kind, labels, -1e-6)
                if found is None:
                    return None
                fresh += found
            if not fresh:
                return Bound(relaxed.value - 1e-6 * float(self.rows.kinds.sum()), master.columns, relaxed)
            master.add(fresh)
        return None

    def every_route(self, duals: Relaxed, within: float) -> list[Column] | None:
        """All routes whose reduced cost is below `within`."""
        labels, found = self._labels(every=True), list[Column]()
        for kind in range(len(self.kinds)):
            some = self._below(duals, kind, labels, within)
            if some is None or len(found) + len(some) > _MOST_WHOLE:
                return None
            found += some
        return found

    def _labels(self, *, every: bool) -> Held:
        room, chains = _ROOM, _CHAINS if every else len(self.ground.first)
        whole, slots = (lambda: np.zeros(room, np.int64)), self.ahead.arrays.begin.shape[1]
        return Held(
            Labels(
                whole(), np.zeros(room), np.zeros(room), whole(), whole(), np.zeros((room, self.words), np.uint64),
                whole(), whole(), np.zeros(room, np.bool_), np.zeros(slots, np.int64), np.zeros(chains, np.int64),
                np.zeros(2, np.int64), np.zeros((_FOUND, 2), np.int64), np.zeros(_FOUND),
            ),
            every=int(every), room=room, room_found=_FOUND, words=self.words, chains=chains,
        )  # fmt: skip

    def _below(self, duals: Relaxed, kind: int, labels: Held, most: float) -> list[Column] | None:
        """Routes of reduced cost under `most`: all of them, or while generating the best few hundred. None: no room."""
        car = int(self.kinds[kind])
        self._price(duals, kind, car)
        g, p, a, n = self.searcher.g.record, self.priced.record, self.ahead.record, labels.record
        start, end = int(self.ground.start[car]), int(self.ground.end[car])
        if look_ahead(g, p, a, start, end) >= most:
            return []
        labels.arrays.slot[:], labels.arrays.head[:], labels.arrays.tally[:] = -1, -1, 0
        if not routes_below(g, p, a, n, start, end, most):
            return None
        values = labels.arrays.value[: labels.arrays.tally[1]]
        wanted = range(len(values)) if labels.record["every"] else np.argsort(values)[:_A_ROUND]
        return [self._column(labels.arrays, int(at), car, kind) for at in wanted]

    def _price(self, duals: Relaxed, kind: int, car: int) -> None:
        ground, found, priced = self.ground, self.fragments, self.priced
        assert found is not None
        bits = np.unpackbits(found.mask.view(np.uint8), axis=1, bitorder="little")[:, : len(ground.first)]
        allowed = (found.most <= ground.seats[car]) & ~(bits.astype(bool) & ~ground.fits[:, car]).any(axis=1)
        cost = ground.per_km[car] * found.km - bits @ duals.requests
        priced.arrays.cost[:] = np.where(allowed, cost, NOTHING)
        # Between fragments the car is empty.
        priced.record["rate"] = ground.per_km[car] + self.searcher.problem.empty_per_km
        priced.record["fixed"] = ground.fixed[car] - duals.kinds[kind] - duals.crews[0]

    def _column(self, n: Labels, at: int, car: int, kind: int) -> Column:
        found, ground = self.fragments, self.ground
        assert found is not None
        label, fragment = (int(value) for value in n.found[at])
        parts = [fragment]
        while n.parent[label] >= 0:
            parts.append(int(n.fragment[label]))
            label = int(n.parent[label])
        lines = [found.nodes[found.begin[part] : found.begin[part] + found.size[part]] for part in reversed(parts)]
        nodes = [int(node) for line in lines for node in line]
        km, rate = ground.km, ground.per_km[car] + self.searcher.problem.empty_per_km
        ends = [
            int(ground.start[car]),
            *(int(node) for line in lines for node in (line[0], line[-1])),
            int(ground.end[car]),
        ]
        empty = sum(float(km[ends[k], ends[k + 1]]) for k in range(0, len(ends), 2))
        cost = ground.fixed[car] + rate * empty + ground.per_km[car] * float(found.km[parts].sum())
        requests = tuple(dict.fromkeys(int(ground.owner[node]) for node in nodes))
        return Column(float(cost), requests, kind, 0, tuple(nodes))
