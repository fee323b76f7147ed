"""From the values of a problem to arrays, windows tightened; and from arrays back to a plan."""

from collections.abc import Iterator

import numpy as np

from .ground import Floats, Ground, State, Whole
from .problem import Car, Driver, Plan, Problem, Request, Route, Stop

FOREVER = 1e7  # minutes: no limit, and still a number to calculate with


_NO_LIMITS = [0.0, FOREVER, FOREVER, FOREVER, FOREVER, 0.0]  # a crew for bounds, after the real ones


class Layout:
    """Which node stands for which stop."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.first = np.cumsum([0, *(len(request.stops) for request in problem.requests)]).astype(np.int64)
        self.visits = [(r, s) for r, request in enumerate(problem.requests) for s in range(len(request.stops))]
        self.stays = list(_stays(problem.cars))
        self.nodes = len(self.visits) + len(self.stays) + 2 * len(problem.cars)

    @property
    def starts(self) -> int:
        return self.nodes - 2 * len(self.problem.cars)

    def places(self) -> Whole:
        problem = self.problem
        stops = [problem.requests[r].stops[s].place for r, s in self.visits]
        yards = [problem.cars[car].start for car, _, _ in self.stays]
        ends = [*(car.start for car in problem.cars), *(car.end for car in problem.cars)]
        return np.array([*stops, *yards, *ends], np.int64)


def flatten(problem: Problem, begun: Plan | None = None) -> tuple[Ground, Layout]:
    """`begun` holds the routes whose first `done` stops are history."""
    layout = Layout(problem)
    history = {route.car: route for route in (begun.routes if begun else ()) if route.done}
    crew_of, crews = _crews(problem, history)
    kinds = _kinds(problem, history)
    places = layout.places()
    minutes, km = problem.travel.minutes[np.ix_(places, places)], problem.travel.metres[np.ix_(places, places)] / 1000
    fits = np.array([[problem.suits(r, c) for c in range(len(problem.cars))] for r in problem.requests], np.bool_)
    fits = fits.reshape(len(problem.requests), len(problem.cars))
    early, late = _windows(layout, minutes, fits, history)
    base, base_size, locked = _base(layout, history)
    requests, cars = problem.requests, problem.cars
    others = len(layout.stays) + 2 * len(cars)
    frozen = np.zeros(len(requests), np.bool_)
    for route in history.values():
        frozen[[request for request, _ in route.visits[: route.done]]] = True
    return Ground(
        minutes, km, early, late,
        np.array([*(s.service for r in requests for s in r.stops), *(b - a for _, a, b in layout.stays),
                  *[0.0] * 2 * len(cars)]),
        np.array([*(s.boarding for r in requests for s in r.stops), *[0] * others], np.int64),
        np.array([*(r for r, _ in layout.visits), *[-1] * others], np.int64),
        layout.first[:-1], layout.first[1:] - 1,
        np.array([r.alone for r in requests], np.bool_),
        np.array([min(r.ride_limit, FOREVER) for r in requests]),
        np.array([r.penalty for r in requests], np.float64), fits,
        np.array([c.seats for c in cars], np.int64), np.array([c.per_km for c in cars]),
        np.array([c.fixed for c in cars]), np.array([min(c.range_metres / 1000, FOREVER) for c in cars]),
        np.arange(layout.starts, layout.starts + len(cars), dtype=np.int64),
        np.arange(layout.starts + len(cars), layout.nodes, dtype=np.int64),
        base, base_size, kinds, locked, frozen,
        np.array([[_drives(problem, history, c, crew) for crew in crew_of] for c in range(len(cars))], np.bool_),
        np.array([[r.driver is None or [r.driver] == crew for crew in crew_of] for r in requests], np.bool_)
        .reshape(len(requests), len(crew_of)),
        np.array([*(_limits(problem.drivers[crew[0]]) for crew in crew_of), _NO_LIMITS]), crews,
        np.random.default_rng(20260301).integers(1, 2**63, len(requests), dtype=np.uint64),
    ), layout  # fmt: skip


def crew_members(problem: Problem, begun: Plan | None) -> list[list[int]]:
    history = {route.car: route for route in (begun.routes if begun else ()) if route.done}
    return _crews(problem, history)[0]


def to_plan(state: State, layout: Layout, members: list[list[int]]) -> Plan:
    left = [list(crew) for crew in members]
    routes = []
    for car in range(len(state.size)):
        nodes = [int(node) for node in state.route[car, 1 : state.size[car] - 1]]
        visits = tuple(layout.visits[node] for node in nodes if node < len(layout.visits))
        if visits:
            routes.append(Route(car, left[state.crew[car]].pop(0), visits))
    return Plan(tuple(routes), tuple(int(r) for r in np.flatnonzero(state.where < 0)))


def _stays(cars: tuple[Car, ...]) -> Iterator[tuple[int, float, float]]:
    for number, car in enumerate(cars):
        for (_, gone), (back, _) in zip(car.available, car.available[1:], strict=False):
            yield number, gone, back


def _limits(driver: Driver) -> list[float]:
    return [driver.starts, *(min(value, FOREVER) for value in (
        driver.ends, driver.driving_limit, driver.duty_limit, driver.spell, driver.rest))]  # fmt: skip


def _crews(problem: Problem, history: dict[int, Route]) -> tuple[list[list[int]], Whole]:
    """Drivers who are the same to the search, together."""
    own = {request.driver for request in problem.requests} | {route.driver for route in history.values()}
    alike: dict[object, list[int]] = {}
    for number, driver in enumerate(problem.drivers):
        same = (driver.licences, driver.home, *_limits(driver), number if number in own else -1)
        alike.setdefault(same, []).append(number)
    return list(alike.values()), np.array([len(crew) for crew in alike.values()], np.int64)


def _drives(problem: Problem, history: dict[int, Route], car: int, crew: list[int]) -> bool:
    if car in history:
        return crew == [history[car].driver]
    begun = {route.driver for route in history.values()}
    return crew[0] not in begun and problem.drivers[crew[0]].may_drive(problem.cars[car])


def _kinds(problem: Problem, history: dict[int, Route]) -> Whole:
    own = {request.car for request in problem.requests} | set(history)
    alike: dict[object, int] = {}
    kinds = [
        alike.setdefault(
            (
                car.start, car.end, car.seats, car.per_km, car.fixed, car.category, car.features, car.range_metres,
                car.available, car.licence, number if number in own else -1,
            ),
            len(alike),
        )
        for number, car in enumerate(problem.cars)
    ]  # fmt: skip
    return np.array(kinds, np.int64)


def _base(layout: Layout, history: dict[int, Route]) -> tuple[Whole, Whole, Whole]:
    """The route of each car before anything is planned: start, what is done, its stays, end."""
    cars = len(layout.problem.cars)
    base = np.zeros((cars, len(layout.visits) + len(layout.stays) + 2), np.int64)
    size, locked = np.zeros(cars, np.int64), np.zeros(cars, np.int64)
    for car in range(cars):
        route = history.get(car)
        past = _past(layout, route) if route else []
        ahead = [
            len(layout.visits) + at
            for at, (of, gone, _) in enumerate(layout.stays)
            if of == car and not (route and gone < route.times[route.done - 1])
        ]
        line = [layout.starts + car, *past, *ahead, layout.starts + cars + car]
        base[car, : len(line)], size[car] = line, len(line)
        locked[car] = route.done if route else 0
    return base, size, locked


def _past(layout: Layout, route: Route) -> list[int]:
    """Stops done, then in the planned order the stops of those who are aboard."""
    aboard = {request for request, _ in route.visits[: route.done]}
    rest = [visit for visit in route.visits[route.done :] if visit[0] in aboard]
    return [int(layout.first[r]) + s for r, s in [*route.visits[: route.done], *rest]]


def _windows(layout: Layout, minutes: Floats, fits: np.ndarray, history: dict[int, Route]) -> tuple[Floats, Floats]:
    problem = layout.problem
    opens = [car.available[0][0] for car in problem.cars]
    closes = [car.available[-1][1] for car in problem.cars]
    early, late = np.zeros(layout.nodes), np.full(layout.nodes, FOREVER)
    for at, (_, gone, _) in enumerate(layout.stays, start=len(layout.visits)):
        early[at] = late[at] = gone
    cars = len(problem.cars)
    early[layout.starts :], late[layout.starts :] = [*opens, *opens], [*closes, *closes]
    for number, request in enumerate(problem.requests):
        node = int(layout.first[number])
        span = slice(node, node + len(request.stops))
        early[span], late[span] = _tightened(request, minutes[span, span])
        if not fits[number].any():
            continue
        starts, ends = np.flatnonzero(fits[number]) + layout.starts, np.flatnonzero(fits[number]) + layout.starts + cars
        early[node] = max(early[node], (early[starts] + minutes[starts, node]).min())
        final = span.stop - 1
        home = late[ends] - minutes[final, ends] - request.stops[-1].service
        late[final] = min(late[final], home.max())
        tight = tuple(Stop(0, early[node + at], late[node + at], stop.service) for at, stop in enumerate(request.stops))
        early[span], late[span] = _tightened(request, minutes[span, span], tight)
    for car, route in history.items():
        early[layout.starts + car] = late[layout.starts + car] = route.leaves
        _as_it_was(layout, route, minutes, early, late)
    return early, late


def _tightened(request: Request, minutes: Floats, stops: tuple[Stop, ...] = ()) -> tuple[list[float], list[float]]:
    """Windows no schedule can use more of: what the neighbours and the ride limit leave."""
    stops = stops or request.stops
    early, late = [max(stop.earliest, 0.0) for stop in stops], [min(stop.latest, FOREVER) for stop in stops]
    ride = min(request.ride_limit, FOREVER)
    for _ in range(2):
        early[0] = max(early[0], early[-1] - ride - stops[0].service)
        late[-1] = min(late[-1], late[0] + stops[0].service + ride)
        for at in range(1, len(stops)):
            early[at] = max(early[at], early[at - 1] + stops[at - 1].service + float(minutes[at - 1, at]))
        for at in range(len(stops) - 1, 0, -1):
            late[at - 1] = min(late[at - 1], late[at] - stops[at - 1].service - float(minutes[at - 1, at]))
    return early, late


def _as_it_was(layout: Layout, route: Route, minutes: Floats, early: Floats, late: Floats) -> None:
    """What is done stands at its time; those aboard are brought even when it has become late."""
    nodes = _past(layout, route)
    ready = 0.0
    for at, node in enumerate(nodes):
        request, number = layout.visits[node]
        if at < route.done:
            early[node] = late[node] = route.times[at]
        else:
            soonest = max(ready + float(minutes[nodes[at - 1], node]), early[node])
            late[node] = max(late[node], soonest)
        ready = (route.times[at] if at < route.done else soonest) + layout.problem.requests[request].stops[
            number
        ].service
