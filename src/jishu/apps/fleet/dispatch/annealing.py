"""Simulated annealing over ruin and recreate, in slices: somebody may look, stop it, or take the routes found."""

import numpy as np

from .compiling import compiled
from .memory import Record, flags, int64, ints, reals, signs
from .recreating import recreate
from .ruining import ruin
from .timing import refresh


@compiled
def seed(number: int) -> None:
    np.random.seed(number)


@compiled
def settle(g: Record, s: Record, d: Record) -> bool:
    """Work out everything about routes that were written in by hand."""
    sound = True
    for v in range(g.cars):
        sound = refresh(g, s, v, d) and sound
    return sound


@compiled
def copy(g: Record, source: Record, target: Record) -> None:
    """Only what differs."""
    for v in range(g.cars):
        if ints(source.stamp)[v] != ints(target.stamp)[v]:
            _copy_car(g, source, target, v)
    for r in range(g.requests):
        ints(target.where)[r] = ints(source.where)[r]
    for crew in range(g.teams):
        ints(target.free)[crew] = ints(source.free)[crew]


@compiled
def _copy_car(g: Record, source: Record, target: Record, v: int) -> None:
    ints(target.size)[v], ints(target.crew)[v] = ints(source.size)[v], ints(source.crew)[v]
    ints(target.stamp)[v], signs(target.sign)[v] = ints(source.stamp)[v], signs(source.sign)[v]
    reals(target.km)[v], reals(target.empty)[v] = reals(source.km)[v], reals(source.empty)[v]
    reals(target.cost)[v] = reals(source.cost)[v]
    for k in range(v * g.longest, v * g.longest + ints(source.size)[v]):
        ints(target.route)[k], reals(target.begin)[k] = ints(source.route)[k], reals(source.begin)[k]
        reals(target.until)[k], ints(target.aboard)[k] = reals(source.until)[k], ints(source.aboard)[k]
        flags(target.open)[k] = flags(source.open)[k]


@compiled
def value(g: Record, s: Record) -> float:
    total = 0.0
    for v in range(g.cars):
        total += reals(s.cost)[v]
    for r in range(g.requests):
        if ints(s.where)[r] < 0:
            total += reals(g.penalty)[r]
    return total


@compiled
def keep(g: Record, s: Record, v: int, p: Record) -> None:
    """Remember a route unless a cheaper one for the same requests is known."""
    if ints(s.crew)[v] < 0 or ints(p.tally)[0] * 2 > p.slots or ints(s.size)[v] > p.width:
        return
    key = signs(s.sign)[v] * np.uint64(2 * ints(g.kind)[v] + 1)
    at = int64(key & np.uint64(p.slots - 1))
    while signs(p.sign)[at] != np.uint64(0) and signs(p.sign)[at] != key:
        at = (at + 1) & (p.slots - 1)
    if signs(p.sign)[at] == key and reals(p.cost)[at] <= reals(s.cost)[v] + 1e-9:
        return
    if signs(p.sign)[at] == np.uint64(0):
        ints(p.tally)[0] += 1
    signs(p.sign)[at], ints(p.car)[at], ints(p.crew)[at] = key, v, ints(s.crew)[v]
    ints(p.size)[at], reals(p.cost)[at] = ints(s.size)[v], reals(s.cost)[v]
    for k in range(ints(s.size)[v]):
        ints(p.line)[at * p.width + k] = ints(s.route)[v * g.longest + k]


@compiled
def anneal(g: Record, now: Record, trial: Record, best: Record, d: Record, p: Record, turns: int) -> int:
    """So many turns at falling temperature (`d.heat`: now, factor); how often a new best was found."""
    found = 0
    held, least = value(g, now), value(g, best)
    for _ in range(turns):
        ruin(g, trial, d)
        recreate(g, trial, d)
        reached = value(g, trial)
        if reached < 1.04 * least:
            for v in range(g.cars):
                if ints(trial.stamp)[v] != ints(now.stamp)[v]:
                    keep(g, trial, v, p)
        if reached < held - reals(d.heat)[0] * np.log(np.random.random()):
            copy(g, trial, now)
            held = reached
            if held < least - 1e-9:
                copy(g, now, best)
                least = held
                found += 1
        else:
            copy(g, now, trial)
        reals(d.heat)[0] *= reals(d.heat)[1]
    return found
