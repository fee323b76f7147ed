"""A colleague: the same search in a process of its own, with another seed; routes and plans go both ways."""

import multiprocessing
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

from .partition import Column
from .problem import Plan, Problem
from .searcher import Searcher, cooling


class News(NamedTuple):
    plan: Plan
    cost: float
    columns: list[Column]
    turns: int


class Colleague:
    """Started, asked for news, told of better plans, and ended: it never outlives who started it."""

    def __init__(self, problem: Problem, seed: int, begun: Plan | None) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, far = spawn.Pipe()
        self._process = spawn.Process(target=_work, args=(far, problem, seed, begun), daemon=True)
        self._process.start()
        far.close()
        self._heard, self._told = SimpleQueue[News](), False
        # Read at once: neither side may wait for the other to finish its cooling.
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            while True:
                self._heard.put(self._pipe.recv())
        except (EOFError, OSError):  # it ended or died (memory): what it told is enough, we go on alone
            return

    def news(self) -> list[News]:
        told = []
        while not self._heard.empty():
            told.append(self._heard.get())
            self._told = False
        return told

    def tell(self, plan: Plan, cost: float) -> None:
        """One plan at a time: the next when it has answered."""
        if self._told:
            return
        self._told = True
        try:
            self._pipe.send(News(plan, cost, [], 0))
        except OSError:  # as above
            return

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _work(pipe: Connection, problem: Problem, seed: int, begun: Plan | None) -> None:
    searcher = Searcher(problem, seed, begun)
    for turns, warmth in cooling(len(problem.requests), begun is not None):
        searcher.anneal(turns, warmth, lambda: False)
        fresh = searcher.harvest()
        try:
            while pipe.poll():
                news = pipe.recv()
                searcher.learn(news.columns)
                if news.cost < searcher.cost - 1e-7:
                    searcher.adopt(news.plan)
            searcher.recombine(3.0)
            pipe.send(News(searcher.plan(), searcher.cost, fresh, searcher.turns))
        except (EOFError, OSError):  # nobody listens any more
            return
        searcher.restart()
