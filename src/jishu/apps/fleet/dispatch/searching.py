"""Solves a dispatch problem: within so many seconds or turns, with a colleague, to be watched and cancelled."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from .bounding import Bounder
from .partition import Column, Master
from .problem import Car, Driver, Outcome, Plan, Problem, Request, Stop, Travel
from .searcher import Searcher, cooling
from .working import Colleague

_PROVE_AFTER = (0, 3)  # coolings
_ALONE_UP_TO = 24  # requests: sooner done than a second process is started


@dataclass(frozen=True, slots=True)
class Progress:
    seconds: float
    objective: float
    lower_bound: float | None
    unserved: int


@dataclass(frozen=True, slots=True)
class Limits:
    """With `turns` the answer depends on the seed alone; without, on the machine too."""

    seconds: float = 30.0
    turns: int | None = None
    processes: int = 2


def solve(
    problem: Problem,
    limits: Limits = Limits(),
    *,
    seed: int = 1,
    start: Plan | None = None,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Outcome:
    """`start` is the plan in force; the first `done` stops of its routes are kept as they are."""
    return _Solving(problem, limits, seed, start, progress, cancelled).run()


@cache
def warm_up() -> None:
    """Compiles all there is on the smallest problem, when this machine has not yet; the limit counts from then."""
    travel = Travel(np.ones((2, 2)), np.ones((2, 2)))
    request = Request("", (Stop(0, 0, 9, 1, 1), Stop(1, 0, 9, 1, -1)))
    tiny = Searcher(Problem((request,), (Car("", 0, 0, 1),), (Driver(""),), travel), 1)
    tiny.anneal(1, 1.0, lambda: False)
    bounder = Bounder(tiny, lambda: False)
    if found := bounder.lower_bound([]):
        bounder.every_route(found.duals, 1.0)


class _Solving:
    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        seed: int,
        start: Plan | None,
        progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.began = time.monotonic()
        self.problem, self.limits, self.seed, self.start = problem, limits, seed, start
        self.progress, self.cancelled = progress, cancelled
        self.bound: float | None = None
        self.was_cancelled = False
        self.searcher = Searcher(problem, seed, start)
        self.colleague: Colleague | None = None
        warm_up()
        self.ready = time.monotonic()

    def run(self) -> Outcome:
        try:
            if self.problem.requests:
                self._search()
        finally:
            if self.colleague:
                self.colleague.end()
        searcher = self.searcher
        plan = searcher.dated(searcher.plan())
        return Outcome(
            plan, searcher.cost, self.bound, time.monotonic() - self.began, searcher.turns, self.was_cancelled,
            len(searcher.known),
        )  # fmt: skip

    def _search(self) -> None:
        searcher, limits = self.searcher, self.limits
        if limits.turns is None and limits.processes > 1 and len(self.problem.requests) > _ALONE_UP_TO:
            self.colleague = Colleague(self.problem, self.seed + 1, self.start)
        for round_, (turns, warmth) in enumerate(cooling(len(self.problem.requests), self.start is not None)):
            left = turns if limits.turns is None else min(turns, limits.turns - searcher.turns)
            searcher.anneal(left, warmth, self._over)
            searcher.harvest()
            self._exchange()
            searcher.recombine(max(min(3.0, self._left()), 0.1))
            searcher.restart()
            if round_ in _PROVE_AFTER and not self._over():
                self._prove()
            if self._done():
                return

    def _prove(self) -> None:
        """Bound it, and where few enough routes are left that could be better, look at all of them."""
        bounder = Bounder(self.searcher, self._over)
        found = bounder.lower_bound(list(self.searcher.known.values()))
        if found is None:
            return
        self._raise_bound(found.lower)
        if not self.searcher.plain:
            return
        for share in (1.0, 0.4, 0.15):
            within = share * max(self.searcher.cost - found.lower, 0.0) + 1e-6
            routes = None if self._over() else bounder.every_route(found.duals, within)
            if routes is not None:
                self._raise_bound(min(found.lower + within, self._best_of(routes)))
                return

    def _best_of(self, routes: list[Column]) -> float:
        """Choose among all routes that could matter; at least what any such choice costs."""
        sound = self.searcher.drivable(routes)
        master = Master(self.searcher.rows())
        master.add(sound)
        chosen, cost, bound = master.whole(max(self._left(), 0.1))
        if cost < self.searcher.cost - 1e-7:
            self.searcher.adopt(self.searcher.assembled(chosen))
        # A route that breaks a rule the bound ignores may hide another for the same people that does not.
        return bound if len(sound) == len(routes) else 0.0

    def _raise_bound(self, to: float) -> None:
        self.bound = min(max(to, self.bound or 0.0), self.searcher.cost)

    def _done(self) -> bool:
        proven = self.bound is not None and self.searcher.cost <= self.bound + 1e-6
        spent = self.limits.turns is not None and self.searcher.turns >= self.limits.turns
        return proven or spent or self._over()

    def _exchange(self) -> None:
        if not self.colleague:
            return
        for news in self.colleague.news():
            self.searcher.learn(news.columns)
            if news.cost < self.searcher.cost - 1e-7:
                self.searcher.adopt(news.plan)
        self.colleague.tell(self.searcher.plan(), self.searcher.cost)

    def _left(self) -> float:
        return self.limits.seconds - (time.monotonic() - self.ready)

    def _over(self) -> bool:
        if self.cancelled and self.cancelled():
            self.was_cancelled = True
        if self.progress:
            unserved = int((self.searcher.best.arrays.where < 0).sum())
            self.progress(Progress(time.monotonic() - self.began, self.searcher.cost, self.bound, unserved))
        return self.was_cancelled or self._left() <= 0
