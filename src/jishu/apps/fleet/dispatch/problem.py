"""The values of a dispatch problem and of its answer. Times are minutes of the day, distances metres, money yuan."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf, isfinite, isnan

import numpy as np
from numpy.typing import NDArray

MOST_REQUESTS, MOST_CARS, MOST_DRIVERS, MOST_STOPS, MOST_PLACES = 1_000, 400, 400, 12, 2_500
MOST_AT_ONCE = 60  # persons in one car

type_of_matrix = NDArray[np.float64]


class Unsound(ValueError):
    """The problem contradicts itself or is larger than we solve; the message is for the person who posed it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a request is met: service starts within the window and takes `service` minutes."""

    place: int
    earliest: float = 0.0
    latest: float = inf
    service: float = 0.0
    boarding: int = 0
    """Persons who get in; negative when they get out."""


@dataclass(frozen=True, slots=True)
class Request:
    """One application (用车申请): a pick-up and a drop, or more stops in a fixed order.

    With more than two stops, or with `shares=False`, the car is theirs alone from the first stop to the last.
    """

    key: str
    stops: tuple[Stop, ...]
    shares: bool = True
    ride_limit: float = inf
    """Minutes from leaving the first stop to reaching the last."""
    penalty: float = 500.0
    """Yuan it costs not to serve it (a rented car and the trouble); a higher priority is a higher penalty."""
    categories: frozenset[str] = frozenset()
    """Categories of car that will do; empty when any will."""
    features: frozenset[str] = frozenset()
    car: int | None = None
    """The car the dispatcher pinned it to."""
    driver: int | None = None

    @property
    def alone(self) -> bool:
        return not self.shares or len(self.stops) > 2


@dataclass(frozen=True, slots=True)
class Car:
    key: str
    start: int
    end: int
    seats: int
    """Seats for passengers."""
    per_km: float = 1.0
    fixed: float = 0.0
    """Yuan for leaving the yard at all."""
    category: str = ""
    features: frozenset[str] = frozenset()
    range_metres: float = inf
    available: tuple[tuple[float, float], ...] = ((0.0, 1440.0),)
    """Between two intervals the car stands at its start place."""
    licence: str = ""
    """The class of licence it takes (准驾车型)."""


@dataclass(frozen=True, slots=True)
class Driver:
    """Drives one car a day.

    After `spell` minutes at the wheel comes a rest of `rest` minutes (道路交通安全法实施条例第62条).
    """

    key: str
    starts: float = 0.0
    ends: float = 1440.0
    licences: frozenset[str] = frozenset({""})
    home: int | None = None
    """Takes only cars that stand here; None: any."""
    driving_limit: float = inf
    duty_limit: float = inf
    spell: float = 240.0
    rest: float = 20.0

    def may_drive(self, car: Car) -> bool:
        return car.licence in self.licences and self.home in (None, car.start)


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes and metres from place to place; the two directions may differ."""

    minutes: type_of_matrix
    metres: type_of_matrix


@dataclass(frozen=True, slots=True)
class Problem:
    """Minimise Σ over cars used (fixed + per_km · km + empty_per_km · km without passengers) + Σ penalties of unserved.

    Lateness is not priced: windows are kept.
    """

    requests: tuple[Request, ...]
    cars: tuple[Car, ...]
    drivers: tuple[Driver, ...]
    travel: Travel
    empty_per_km: float = 0.0

    def __post_init__(self) -> None:
        for complaint in _complaints(self):
            raise Unsound(complaint)

    def suits(self, request: Request, car: int) -> bool:
        """Whether the car's category, features and seats, and the dispatcher's pin, allow it."""
        of = self.cars[car]
        return (
            request.car in (None, car)
            and (not request.categories or of.category in request.categories)
            and request.features <= of.features
            and most_aboard(request) <= of.seats
        )


@dataclass(frozen=True, slots=True)
class Route:
    """A car's day: the stops in order as (request, number of the stop), when each begins, how many are done."""

    car: int
    driver: int
    visits: tuple[tuple[int, int], ...]
    times: tuple[float, ...] = ()
    leaves: float = 0.0
    returns: float = 0.0
    done: int = 0

    @property
    def requests(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(request for request, _ in self.visits))


@dataclass(frozen=True, slots=True)
class Plan:
    routes: tuple[Route, ...] = ()
    unserved: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a search hands back. `lower_bound` is proven, or None; `proven` when the plan is known to be the best."""

    plan: Plan
    objective: float
    lower_bound: float | None
    seconds: float
    iterations: int = 0
    cancelled: bool = False
    columns: int = field(default=0, compare=False)

    @property
    def proven(self) -> bool:
        return self.lower_bound is not None and self.objective <= self.lower_bound + 1e-6


def most_aboard(request: Request) -> int:
    aboard = most = 0
    for stop in request.stops:
        aboard += stop.boarding
        most = max(most, aboard)
    return most


def _complaints(problem: Problem) -> Iterable[str]:
    yield from _sizes(problem)
    yield from _matrices(problem)
    for request in problem.requests:
        yield from _of_request(request, problem)
    for car in problem.cars:
        yield from _of_car(car, len(problem.travel.minutes))
    for driver in problem.drivers:
        bounds = (driver.starts, driver.ends, driver.driving_limit, driver.duty_limit, driver.spell, driver.rest)
        if any(isnan(value) or value < 0 for value in bounds) or not driver.ends >= driver.starts:
            yield f"驾驶员{driver.key}的班次或时限不是合理的数，请改正。"


def _sizes(problem: Problem) -> Iterable[str]:
    for what, count, most in (
        ("申请", len(problem.requests), MOST_REQUESTS),
        ("车辆", len(problem.cars), MOST_CARS),
        ("驾驶员", len(problem.drivers), MOST_DRIVERS),
        ("地点", len(problem.travel.minutes), MOST_PLACES),
    ):
        if count > most:
            yield f"{what}有{count}个，一次最多排{most}个，请分批求解。"
    if not problem.cars or not problem.drivers:
        yield "没有可用的车辆或驾驶员，无法排车。"


def _matrices(problem: Problem) -> Iterable[str]:
    places = len(problem.travel.minutes)
    for what, matrix in (("时间", problem.travel.minutes), ("距离", problem.travel.metres)):
        if matrix.shape != (places, places):
            yield f"{what}矩阵应为{places}行{places}列，实为{'×'.join(map(str, matrix.shape))}。"
        elif not np.isfinite(matrix).all() or (matrix < 0).any():
            yield f"{what}矩阵里有负数或不是数的值，请改正。"
    if not (isfinite(problem.empty_per_km) and problem.empty_per_km >= 0):
        yield "空驶每公里费用应为不小于零的数。"


def _of_request(request: Request, problem: Problem) -> Iterable[str]:
    if not 2 <= len(request.stops) <= MOST_STOPS:
        yield f"申请{request.key}有{len(request.stops)}个停靠点，应为2至{MOST_STOPS}个。"
    if isnan(request.ride_limit) or request.ride_limit < 0 or not (isfinite(request.penalty) and request.penalty >= 0):
        yield f"申请{request.key}的乘车时限或未派代价不是合理的数。"
    for pin, of in ((request.car, problem.cars), (request.driver, problem.drivers)):
        if pin is not None and not 0 <= pin < len(of):
            yield f"申请{request.key}指定的车辆或驾驶员不在名单里。"
    yield from _of_people(request, problem)


def _of_people(request: Request, problem: Problem) -> Iterable[str]:
    aboard = 0
    for stop in request.stops:
        aboard += stop.boarding
        yield from _of_stop(stop, request.key, len(problem.travel.minutes))
        if not 0 <= aboard <= MOST_AT_ONCE:
            yield f"申请{request.key}途中车上人数为{aboard}，应在0至{MOST_AT_ONCE}之间。"
    if most_aboard(request) < 1:
        yield f"申请{request.key}没有人上车。"
    if aboard:
        yield f"申请{request.key}上车与下车的人数不相等。"


def _of_stop(stop: Stop, key: str, places: int) -> Iterable[str]:
    if not 0 <= stop.place < places:
        yield f"申请{key}的停靠点不在地点表里。"
    if not isfinite(stop.earliest) or isnan(stop.latest) or stop.latest < stop.earliest:
        yield f"申请{key}的时间窗口从{stop.earliest:g}到{stop.latest:g}，结束早于开始或不是数。"
    if not (isfinite(stop.service) and stop.service >= 0):
        yield f"申请{key}的停留时间应为不小于零的数。"


def _of_car(car: Car, places: int) -> Iterable[str]:
    if not (0 <= car.start < places and 0 <= car.end < places):
        yield f"车辆{car.key}的停放点不在地点表里。"
    if not 0 <= car.seats <= MOST_AT_ONCE:
        yield f"车辆{car.key}的座位数为{car.seats}，应在0至{MOST_AT_ONCE}之间。"
    if not (isfinite(car.per_km) and isfinite(car.fixed)) or car.per_km < 0 or car.fixed < 0 or isnan(car.range_metres):
        yield f"车辆{car.key}的费用或续航不是合理的数。"
    ends = -inf
    for opens, closes in car.available:
        if not (isfinite(opens) and isfinite(closes)) or not ends <= opens <= closes:
            yield f"车辆{car.key}的可用时段应先后排列、互不重叠。"
        ends = closes
    if not car.available:
        yield f"车辆{car.key}没有可用时段。"
