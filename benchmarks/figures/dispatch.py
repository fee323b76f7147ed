"""派车优化：the public family at 60 to 96 requests, a day of 200 × 40, re-dispatch, a month beside two others."""

import time
from collections.abc import Iterator
from dataclasses import replace
from statistics import fmean

from benchmarks.dispatch_days import government_day, instance
from benchmarks.ground import Ground
from benchmarks.measured import Goal, Measured
from jishu.apps.fleet.dispatch.baselines import first_come, greedy
from jishu.apps.fleet.dispatch.problem import Plan
from jishu.apps.fleet.dispatch.searching import Limits, solve, warm_up

_FAMILY = ((5, 60), (6, 60), (6, 72), (7, 70), (7, 84), (8, 80), (8, 96))
_MEAN, _WORST = Goal(0.3, "%（平均）"), Goal(0.8, "%（最差）")
_DAY, _AGAIN = Goal(60, "秒"), Goal(5, "秒")
_WORKING_DAYS = 22


def measure(_: Ground) -> Iterator[Measured]:
    warm_up()
    gaps, proven = [], 0
    for cars, requests in _FAMILY:
        found = solve(instance(cars, requests, seed=requests), Limits(seconds=30))
        proven += found.proven
        if found.lower_bound:
            gaps.append(100 * (found.objective / found.lower_bound - 1))
    bounded = f"{len(_FAMILY)} 份中 {len(gaps)} 份有下界，{proven} 份证明最优"
    if gaps:
        yield Measured(f"60–96 单，30 秒，与下界之差；{bounded}", f"平均 {fmean(gaps):.2f} %，最差 {max(gaps):.2f} %",
                       ((_MEAN, fmean(gaps)), (_WORST, max(gaps))))  # fmt: skip
    yield from _day()
    yield _month()


def _day() -> Iterator[Measured]:
    problem = government_day(1)
    began = time.perf_counter()
    found = solve(problem, Limits(seconds=50))
    took = time.perf_counter() - began
    rented = len(found.plan.unserved)
    yield Measured(f"一天 200 单 × 40 车，{rented} 单租车", f"{took:.1f} 秒，{found.objective:.0f} 元",
                   ((_DAY, took),))  # fmt: skip
    begun = tuple(replace(route, done=sum(at < 600 for at in route.times)) for route in found.plan.routes)
    began = time.perf_counter()
    again = solve(problem, Limits(seconds=3), start=Plan(begun, found.plan.unserved))
    took = time.perf_counter() - began
    yield Measured("上午十点重排", f"{took:.1f} 秒，{again.objective:.0f} 元", ((_AGAIN, took),))


def _month() -> Measured:
    ours = fifo = eager = 0.0
    for seed in range(_WORKING_DAYS):
        problem = government_day(seed, requests=60, cars=16)
        ours += solve(problem, Limits(seconds=10)).objective
        fifo, eager = fifo + first_come(problem).cost, eager + greedy(problem).cost
    return Measured("一个月，每天 60 单 × 16 车", f"{ours:.0f} 元；先来后到 {fifo:.0f} 元，逐单择优 {eager:.0f} 元")
