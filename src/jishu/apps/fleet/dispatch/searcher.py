"""One search: its plan, its memory, and what it knows of routes; driven from outside, a slice at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np

from . import annealing
from .checking import aboard
from .flattening import crew_members, flatten, to_plan
from .ground import Ground, State, new_desk, new_pool, new_state
from .memory import Held
from .partition import Column, Master, Relaxed, Rows
from .problem import Plan, Problem, Route
from .timing import timely

SLICE = 250  # turns between two looks at the clock
_SLOTS = 1 << 16
_HOT, _COOL = 10.0 / 12, 0.05 / 12  # temperatures, as shares of what a request costs
_MOST_COLUMNS = 5_000
_LONGEST_KEPT = 96  # positions; longer routes are not remembered


def cooling(requests: int, warm: bool) -> Iterator[tuple[int, float]]:
    """Without end: the turns of each cooling and how warm it starts; a plan in force is not melted down."""
    turns = 4_000 + 350 * requests
    if not warm:
        yield turns, 1.0
    while True:
        yield from ((turns // 2, 0.3), (turns // 2, 0.1), (turns, 0.6))


class Searcher:
    def __init__(self, problem: Problem, seed: int, begun: Plan | None = None) -> None:
        self.problem, self.begun = problem, begun
        ground, self.layout = flatten(problem, begun)
        self.ground: Ground = ground
        cars, longest = ground.base.shape
        self.g = Held(
            ground, requests=len(ground.first), cars=cars, teams=len(ground.crews), nodes=len(ground.early),
            longest=longest, empty_per_km=float(problem.empty_per_km),
        )  # fmt: skip
        self.now, self.trial, self.best = (Held(new_state(ground)) for _ in range(3))
        self.desk = Held(new_desk(ground))
        width = min(longest, _LONGEST_KEPT)
        self.pool = Held(new_pool(_SLOTS, width), slots=_SLOTS, width=width)
        self.members = crew_members(problem, begun)
        self.known: dict[tuple[int, tuple[int, ...]], Column] = {}
        self.turns = self.adopted = 0
        annealing.seed(seed)
        self.adopt(begun or Plan())

    @property
    def cost(self) -> float:
        return float(annealing.value(self.g.record, self.best.record))

    def plan(self) -> Plan:
        return to_plan(self.best.arrays, self.layout, self.members)

    @property
    def plain(self) -> bool:
        """One crew without stays, so that a route found sound is sound whoever drives."""
        return (
            len(self.members) == 1
            and not self.layout.stays
            and bool(self.ground.pairs.all() and self.ground.wants.all())
        )

    def rows(self) -> Rows:
        ground = self.ground
        begun = frozenset(int(kind) for kind in ground.kind[ground.locked > 0])
        return Rows(ground.penalty, np.bincount(ground.kind), ground.crews, begun)

    def adopt(self, plan: Plan) -> None:
        """Go on from this plan. Routes that cannot be driven any more are taken apart."""
        state = new_state(self.ground)
        locked = set(np.flatnonzero(self.ground.locked).tolist())
        for route in plan.routes:
            crew, nodes = self._crew(route), self._nodes(route)
            if self._drivable(route, crew, nodes):
                _write(self.ground, state, route.car, crew, nodes)
                locked.discard(route.car)
        for route in plan.routes:
            if route.car in locked:
                base = self.ground.base[route.car, : self.ground.base_size[route.car]]
                _write(self.ground, state, route.car, self._crew(route), [int(node) for node in base])
        for held in (self.now, self.trial):
            for name, array in held.arrays._asdict().items():
                array[...] = getattr(state, name)
        annealing.settle(self.g.record, self.trial.record, self.desk.record)
        self.trial.arrays.stamp[:] += 1_000_000 * (self.adopted + 1)
        self.trial.arrays.total[1] += 1_000_000 * (self.adopted + 1)
        self.adopted += 1
        annealing.copy(self.g.record, self.trial.record, self.now.record)
        if self.adopted == 1 or self.value < self.cost:
            annealing.copy(self.g.record, self.now.record, self.best.record)

    @property
    def value(self) -> float:
        return float(annealing.value(self.g.record, self.now.record))

    def anneal(self, turns: int, warmth: float, stop: Callable[[], bool]) -> None:
        """One cooling from `warmth` times the usual temperature."""
        each = max(self._served_cost(), 1e-6) * warmth
        self.desk.arrays.heat[:] = each * _HOT, (_COOL / (_HOT * warmth)) ** (1 / turns)
        done, desk, pool = 0, self.desk.record, self.pool.record
        while done < turns and (done == 0 or not stop()):
            step = min(SLICE, turns - done)
            annealing.anneal(self.g.record, self.now.record, self.trial.record, self.best.record, desk, pool, step)
            done += step
        self.turns += done

    def restart(self) -> None:
        """Go on from the best."""
        annealing.copy(self.g.record, self.best.record, self.now.record)
        annealing.copy(self.g.record, self.best.record, self.trial.record)

    def learn(self, columns: Iterable[Column]) -> None:
        for column in columns:
            key = column.kind, tuple(sorted(column.requests))
            if key not in self.known or column.cost < self.known[key].cost - 1e-9:
                self.known[key] = column

    def harvest(self) -> list[Column]:
        """Routes seen since the last harvest."""
        pool = self.pool.arrays
        ground, fresh = self.ground, []
        for at in np.flatnonzero(pool.sign):
            nodes = tuple(int(node) for node in pool.line[at, 1 : pool.size[at] - 1])
            served = tuple(dict.fromkeys(int(ground.owner[node]) for node in nodes if ground.owner[node] >= 0))
            kind = int(ground.kind[pool.car[at]])
            fresh.append(Column(float(pool.cost[at]), served, kind, int(pool.crew[at]), nodes))
        pool.sign[:], pool.tally[:] = 0, 0
        self.learn(fresh)
        return fresh

    def recombine(self, seconds: float) -> None:
        """The best choice among all routes known."""
        if not self.known:
            return
        master = Master(self.rows())
        columns = sorted(self.known.values(), key=lambda column: column.cost / len(column.requests))
        master.add(columns)
        relaxed = master.relax()
        if relaxed is None:
            return
        room = self.cost - relaxed.value + 1e-6
        priced = [(_reduced(column, relaxed), column) for column in columns]
        kept = sorted((pair for pair in priced if pair[0] <= room), key=lambda pair: pair[0])[:_MOST_COLUMNS]
        smaller = Master(self.rows())
        smaller.add([column for _, column in kept])
        chosen, cost, _ = smaller.whole(seconds)
        if cost < self.cost - 1e-7:
            self.adopt(self.assembled(chosen))

    def drivable(self, columns: Iterable[Column]) -> list[Column]:
        """Those that keep every rule with the first crew that may."""
        kept = []
        for column in columns:
            car = int(np.flatnonzero(self.ground.kind == column.kind)[0])
            visits = tuple(self.layout.visits[node] for node in column.nodes)
            route = Route(car, self.members[0][0], visits)
            if self._drivable(route, 0, self._nodes(route)):
                kept.append(column)
        return kept

    def assembled(self, columns: Iterable[Column]) -> Plan:
        """Columns name kinds and crews; here cars and drivers are dealt out."""
        cars: dict[int, list[int]] = {}
        for car, kind in enumerate(self.ground.kind):
            cars.setdefault(int(kind), []).append(car)
        drivers = [list(crew) for crew in self.members]
        routes = []
        for column in columns:
            visits = tuple(self.layout.visits[node] for node in column.nodes if node < len(self.layout.visits))
            car = cars[column.kind].pop(0)
            routes.append(Route(car, drivers[column.crew].pop(0), visits, done=int(self.ground.locked[car])))
        served = {request for route in routes for request in route.requests}
        return Plan(tuple(routes), tuple(r for r in range(len(self.problem.requests)) if r not in served))

    def dated(self, plan: Plan) -> Plan:
        """With the earliest schedule, each car leaving its yard no sooner than it must."""
        return replace(plan, routes=tuple(self._dated(route) for route in plan.routes))

    def _dated(self, route: Route) -> Route:
        nodes, line = self._nodes(route), self.desk.arrays.line
        line[: len(nodes)] = nodes
        if not timely(self.g.record, line.ctypes.data, len(nodes), self._crew(route), self.desk.record):
            raise RuntimeError(f"a route that cannot be driven: {route}")
        times = [float(time) for time in self.desk.arrays.time[: len(nodes)]]
        leaves = times[0] if route.done else max(times[0], times[1] - float(self.ground.minutes[nodes[0], nodes[1]]))
        begins = tuple(time for node, time in zip(nodes, times, strict=True) if node < len(self.layout.visits))
        return replace(route, times=begins, leaves=leaves, returns=times[-1], done=int(self.ground.locked[route.car]))

    def _served_cost(self) -> float:
        ground = self.best.arrays
        return float(ground.cost.sum()) / max(1, int((ground.where >= 0).sum()))

    def _crew(self, route: Route) -> int:
        return next(at for at, crew in enumerate(self.members) if route.driver in crew)

    def _nodes(self, route: Route) -> list[int]:
        """With the stays of the car where they belong in time."""
        layout, car = self.layout, route.car
        base = self.ground.base[car, : self.ground.base_size[car]]
        stays = [int(node) for node in base if len(layout.visits) <= node < layout.starts]
        nodes = [int(layout.first[request]) + stop for request, stop in route.visits]
        for stay in stays:
            at = next(
                (k for k, node in enumerate(nodes) if self.ground.early[node] >= self.ground.early[stay]), len(nodes)
            )
            nodes.insert(at, stay)
        return [int(base[0]), *nodes, int(base[-1])]

    def _drivable(self, route: Route, crew: int, nodes: list[int]) -> bool:
        ground, line = self.ground, self.desk.arrays.line
        if not ground.pairs[route.car, crew] or list(aboard(self.problem, route)):
            return False
        if not all(ground.fits[r, route.car] and ground.wants[r, crew] for r in route.requests):
            return False
        line[: len(nodes)] = nodes
        return bool(timely(self.g.record, line.ctypes.data, len(nodes), crew, self.desk.record))


def _reduced(column: Column, relaxed: Relaxed) -> float:
    return float(
        column.cost
        - sum(relaxed.requests[request] for request in column.requests)
        - relaxed.kinds[column.kind]
        - (relaxed.crews[column.crew] if column.crew >= 0 else 0.0)
    )


def _write(ground: Ground, state: State, car: int, crew: int, nodes: list[int]) -> None:
    state.route[car, : len(nodes)], state.size[car], state.crew[car] = nodes, len(nodes), crew
    state.free[crew] -= 1
    owners = ground.owner[nodes]
    state.where[owners[owners >= 0]] = car
