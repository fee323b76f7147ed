"""Solves a dispatch problem: within so many seconds or turns, with a colleague, to be watched and cancelled."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from .problem import Outcome, Plan, Problem
from .searcher import Searcher, cooling
from .working import Colleague

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
        for turns, warmth in cooling(len(self.problem.requests), self.start is not None):
            left = turns if limits.turns is None else min(turns, limits.turns - searcher.turns)
            searcher.anneal(left, warmth, self._over)
            fresh = searcher.harvest()
            self._exchange(fresh)
            searcher.recombine(max(min(3.0, self._left()), 0.1))
            searcher.restart()
            if self._over() or (limits.turns is not None and searcher.turns >= limits.turns):
                return

    def _exchange(self, fresh: list) -> None:  # type: ignore[type-arg]
        if not self.colleague:
            return
        for news in self.colleague.news():
            self.searcher.learn(news.columns)
            if news.cost < self.searcher.cost - 1e-7:
                self.searcher.adopt(news.plan)
        self.colleague.tell(self.searcher.plan(), self.searcher.cost, fresh)

    def _left(self) -> float:
        return self.limits.seconds - (time.monotonic() - self.ready)

    def _over(self) -> bool:
        if self.cancelled and self.cancelled():
            self.was_cancelled = True
        if self.progress:
            unserved = int((self.searcher.best.arrays.where < 0).sum())
            self.progress(Progress(time.monotonic() - self.began, self.searcher.cost, self.bound, unserved))
        return self.was_cancelled or self._left() <= 0
