"""Two dispatchers to measure against: first come, first served, and greedy. Both keep every rule."""

from dataclasses import dataclass

import numpy as np

from .annealing import value
from .placing import NEVER, crew_for, gain_by, put
from .problem import Plan, Problem
from .searcher import Searcher


@dataclass(frozen=True, slots=True)
class Baseline:
    plan: Plan
    cost: float


def first_come(problem: Problem) -> Baseline:
    """A car to each application in the order they came, nobody else in it: what a paper ledger (派车登记簿) does.

    The car that is free and costs least to send is sent; it may drive several applications one after another.
    """
    return _in_turn(problem, list(range(len(problem.requests))), shared=False)


def greedy(problem: Problem) -> Baseline:
    """By time of departure, each where it costs least at that moment, rides shared; nothing is ever reconsidered."""
    order = sorted(range(len(problem.requests)), key=lambda r: problem.requests[r].stops[0].latest)
    return _in_turn(problem, order, shared=True)


def _in_turn(problem: Problem, order: list[int], *, shared: bool) -> Baseline:
    searcher = Searcher(problem, 1)
    if not shared:
        searcher.ground.alone[:] = True
    g, s, d = searcher.g.record, searcher.best.record, searcher.desk.record
    for r in order:
        gains = [gain_by(g, s, r, v, d) for v in range(len(problem.cars))]
        car = int(np.argmin(gains))
        if gains[car] < NEVER:
            put(g, s, r, car, crew_for(g, s, r, car, d), d)
    return Baseline(searcher.dated(searcher.plan()), float(value(g, s)))
