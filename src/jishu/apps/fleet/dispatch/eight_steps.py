"""A schedule for a bare route by Cordeau and Laporte's eight steps (2003), sharing nothing with the search."""

from dataclasses import replace

from .checking import legs_of, partners, stop_of, working_day
from .problem import Problem, Route, Stop


def scheduled(problem: Problem, route: Route) -> Route:
    """With the times the eight steps give; whether they keep every rule is for `checking` to say."""
    return _EightSteps(problem, route).result()


class _EightSteps:
    """Positions: 0 leaving the yard, then the stops, last the return."""

    def __init__(self, problem: Problem, route: Route) -> None:
        self.route = route
        self.opens, closes = working_day(problem, route)
        stops = [stop_of(problem, route, at) for at in range(len(route.visits))]
        self.stops = [Stop(0, self.opens, closes), *stops, Stop(0, self.opens, closes)]
        self.legs = [0.0, *legs_of(problem, route)]
        limits = [problem.requests[request].ride_limit for request, _ in route.visits]
        pairs = partners(problem, route)
        self.up = {late + 1: first + 1 for late, first in pairs.items() if first < late}
        self.ride = {late: limits[late - 1] for late in self.up}
        self.begin = [self.opens] * len(self.stops)

    def result(self) -> Route:
        self._onward(0)
        self.begin[0] += max(0.0, min(self._slack(0), sum(self._waits()[1:])))
        self._onward(0)
        for at in sorted(self.up.values()):
            self.begin[at] += max(0.0, min(self._slack(at), sum(self._waits()[at + 1 :])))
            self._onward(at)
        return replace(
            self.route, times=tuple(self.begin[1:-1]), leaves=self.begin[0], returns=self._arrival(len(self.stops) - 1)
        )

    def _arrival(self, at: int) -> float:
        return self.begin[at - 1] + self.stops[at - 1].service + self.legs[at]

    def _onward(self, since: int) -> None:
        for at in range(since + 1, len(self.stops)):
            self.begin[at] = max(self.stops[at].earliest, self._arrival(at))

    def _waits(self) -> list[float]:
        return [0.0, *(self.begin[at] - self._arrival(at) for at in range(1, len(self.stops)))]

    def _slack(self, since: int) -> float:
        """How much later position `since` may begin: windows, and rides that began before it."""
        waits, waited, slack = self._waits(), 0.0, float("inf")
        for at in range(since, len(self.stops)):
            waited += waits[at] if at > since else 0.0
            room = self.stops[at].latest - self.begin[at]
            if at in self.up and self.up[at] < since:
                up = self.up[at]
                room = min(room, self.ride[at] - (self.begin[at] - self.begin[up] - self.stops[up].service))
            slack = min(slack, waited + max(room, 0.0))
        return slack
