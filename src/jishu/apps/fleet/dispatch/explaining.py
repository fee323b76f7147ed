"""Says of every assignment why this car: what others would cost, which rules kept them out, what it saves in all."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import annealing
from .baselines import first_come, greedy
from .checking import cost, route_cost
from .placing import NEVER, gain_by
from .problem import Plan, Problem, Request, Route, most_aboard
from .ruining import take_out
from .searcher import Searcher

_NEXT_BEST = 3


@dataclass(frozen=True, slots=True)
class Alternative:
    car: int
    extra: float
    """Yuan more than where it is now."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one request goes by one car."""

    request: int
    car: int
    driver: int
    marginal: float
    """Yuan the plan would be cheaper without it."""
    with_others: tuple[int, ...]
    next_best: tuple[Alternative, ...]
    excluded: tuple[tuple[int, str], ...]
    """Cars that could not take it, and the rule."""
    alone: float | None
    """Yuan a car of its own would cost at best; None when there is none."""
    rented: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    cost: float
    first_come: float
    greedy: float
    reasons: tuple[Reason, ...]
    unserved: tuple[tuple[int, str], ...]

    @property
    def sentence(self) -> str:
        return (
            f"本方案费用{self.cost:.2f}元；按先来后到逐单派车为{self.first_come:.2f}元，"
            f"逐单择优拼车为{self.greedy:.2f}元。"
        )


def explain(problem: Problem, plan: Plan) -> Explanation:
    searcher = Searcher(problem, 1, plan)
    reasons = [_reason(problem, searcher, route, request) for route in plan.routes for request in route.requests]
    unserved = tuple((request, _why_not(problem, searcher, request)) for request in plan.unserved)
    return Explanation(
        cost(problem, plan), first_come(problem).cost, greedy(problem).cost, tuple(reasons), unserved
    )  # fmt: skip


def _reason(problem: Problem, searcher: Searcher, route: Route, request: int) -> Reason:
    g, s, d = searcher.g.record, searcher.trial.record, searcher.desk.record
    annealing.copy(g, searcher.best.record, s)
    before = annealing.value(g, s)
    searcher.desk.arrays.out[0] = request
    take_out(g, s, 1, d)
    marginal = float(before - annealing.value(g, s) + problem.requests[request].penalty)
    gains = {car: float(gain_by(g, s, request, car, d)) for car in range(len(problem.cars)) if car != route.car}
    ranked = sorted((gain, car) for car, gain in gains.items() if gain < NEVER)
    next_best = tuple(Alternative(car, gain - marginal) for gain, car in ranked[:_NEXT_BEST])
    excluded = tuple((car, _rule(problem, request, car)) for car, gain in gains.items() if gain >= NEVER)
    others = tuple(other for other in route.requests if other != request and _overlap(route, request, other))
    alone = _alone(problem, searcher, request)
    return Reason(
        request, route.car, route.driver, marginal, others, next_best, excluded, alone,
        problem.requests[request].penalty,
        _sentence(problem, route, request, marginal, others, next_best, alone),
    )  # fmt: skip


def _sentence(
    problem: Problem,
    route: Route,
    request: int,
    marginal: float,
    others: tuple[int, ...],
    next_best: tuple[Alternative, ...],
    alone: float | None,
) -> str:
    wanted, car = problem.requests[request], problem.cars[route.car]
    parts = [f"申请{wanted.key}由车辆{car.key}承担，增加费用{marginal:.2f}元"]
    if route.car == wanted.car:
        parts.append("车辆由调度员指定")
    if others:
        parts.append(f"与申请{'、'.join(problem.requests[other].key for other in others)}同车")
    if next_best:
        other = next_best[0]
        parts.append(f"改派车辆{problem.cars[other.car].key}要多{max(other.extra, 0.0):.2f}元")
    else:
        parts.append("没有别的车能承担")
    if alone is not None:
        parts.append(f"单独派车为{alone:.2f}元")
    parts.append(f"租车按{wanted.penalty:.2f}元计")
    return "，".join(parts) + "。"


def _alone(problem: Problem, searcher: Searcher, request: int) -> float | None:
    wanted, found = problem.requests[request], list[float]()
    for car in range(len(problem.cars)):
        if problem.suits(wanted, car) and searcher.ground.fits[request, car]:
            visits = tuple((request, stop) for stop in range(len(wanted.stops)))
            found.append(route_cost(problem, Route(car, 0, visits)))
    return min(found, default=None)


def _why_not(problem: Problem, searcher: Searcher, request: int) -> str:
    if not searcher.ground.fits[request].any():
        rules = sorted({_rule(problem, request, car) for car in range(len(problem.cars))})
        return f"申请{problem.requests[request].key}没有可派的车：{'；'.join(rules)}。"
    g, s, d = searcher.g.record, searcher.best.record, searcher.desk.record
    if any(gain_by(g, s, request, car, d) < NEVER for car in range(len(problem.cars))):
        return f"申请{problem.requests[request].key}可以派车，但比租车更贵。"
    return f"申请{problem.requests[request].key}在要求的时间内没有空闲的车辆和驾驶员。"


def _rule(problem: Problem, request: int, car: int) -> str:
    wanted = problem.requests[request]
    return next(_static(problem, wanted, car), "时间、座位或驾驶员安排不开")


def _static(problem: Problem, wanted: Request, car: int) -> Iterator[str]:
    of = problem.cars[car]
    if wanted.car not in (None, car):
        yield "已指定别的车"
    if wanted.categories and of.category not in wanted.categories:
        yield "车型类别不符"
    if not wanted.features <= of.features:
        yield "缺少要求的配置"
    if most_aboard(wanted) > of.seats:
        yield "座位不够"
    drivers = problem.drivers if wanted.driver is None else (problem.drivers[wanted.driver],)
    if not any(driver.may_drive(of) for driver in drivers):
        yield "没有准驾该车的驾驶员"


def _overlap(route: Route, request: int, other: int) -> bool:
    spans = []
    for one in (request, other):
        at = [k for k, (owner, _) in enumerate(route.visits) if owner == one]
        spans.append((min(at), max(at)))
    return max(spans[0][0], spans[1][0]) < min(spans[0][1], spans[1][1])
