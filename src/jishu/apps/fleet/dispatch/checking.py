"""Judges a plan without any of the search's code: the times it gives are the proof, every rule is held against them."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from .problem import Plan, Problem, Route, Stop

_SLACK = 1e-6  # minutes; sums of a hundred doubles


def faults(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with the plan, in Chinese; empty when nothing is."""
    found = list(_shared_out(problem, plan))
    for route in plan.routes:
        found += _of_route(problem, route)
    return found


def cost(problem: Problem, plan: Plan) -> float:
    return sum(route_cost(problem, route) for route in plan.routes) + sum(
        problem.requests[one].penalty for one in plan.unserved
    )


def route_cost(problem: Problem, route: Route) -> float:
    if not route.visits:
        return 0.0
    car, aboard, total = problem.cars[route.car], 0, problem.cars[route.car].fixed
    for (here, boarding), (there, _) in pairwise(_driven(problem, route)):
        aboard += boarding
        rate = car.per_km + (0 if aboard else problem.empty_per_km)
        total += rate * problem.travel.metres[here, there] / 1000
    return float(total)


def partners(problem: Problem, route: Route) -> dict[int, int]:
    """Position of a request's last stop for its first and the other way round."""
    where = {visit: at for at, visit in enumerate(route.visits)}
    both: dict[int, int] = {}
    for request in route.requests:
        ends = where.get((request, 0)), where.get((request, len(problem.requests[request].stops) - 1))
        if ends[0] is not None and ends[1] is not None:
            both[ends[0]], both[ends[1]] = ends[1], ends[0]
    return both


def _shared_out(problem: Problem, plan: Plan) -> Iterable[str]:
    seen = Counter(plan.unserved)
    for route in plan.routes:
        seen.update(route.requests)
    for at, request in enumerate(problem.requests):
        if seen[at] != 1:
            yield f"申请{request.key}在方案里出现{seen[at]}次，应为一次。"
    for what, used in (
        ("车辆", Counter(route.car for route in plan.routes if route.visits)),
        ("驾驶员", Counter(route.driver for route in plan.routes if route.visits)),
    ):
        yield from (f"{what}{number}有{times}条路线。" for number, times in used.items() if times > 1)


def _of_route(problem: Problem, route: Route) -> Iterable[str]:
    car, driver = problem.cars[route.car], problem.drivers[route.driver]
    if not driver.may_drive(car):
        yield f"驾驶员{driver.key}不能驾驶车辆{car.key}。"
    for request in route.requests:
        wanted = problem.requests[request]
        if not problem.suits(wanted, route.car) or wanted.driver not in (None, route.driver):
            yield f"申请{wanted.key}不能由车辆{car.key}、驾驶员{driver.key}承担。"
    length = sum(float(problem.travel.metres[a, b]) for (a, _), (b, _) in pairwise(_driven(problem, route)))
    if length > car.range_metres + 1e-3:
        yield f"车辆{car.key}全程{length / 1000:.1f}公里，超过续航。"
    yield from aboard(problem, route)
    yield from _on_time(problem, route)
    yield from _at_the_wheel(problem, route)


def aboard(problem: Problem, route: Route) -> Iterable[str]:
    aboard, on, next_stop = 0, set[int](), dict[int, int]()
    for at, (request, number) in enumerate(route.visits):
        wanted = problem.requests[request]
        if next_stop.get(request, 0) != number:
            yield f"申请{wanted.key}的停靠点次序不对。"
        next_stop[request] = number + 1
        others = on - {request}
        if others and (wanted.alone or any(problem.requests[other].alone for other in others)):
            yield f"申请{wanted.key}与别人同车，而其中有不拼车的。"
        aboard += stop_of(problem, route, at).boarding
        if aboard > problem.cars[route.car].seats:
            yield f"车辆{problem.cars[route.car].key}车上{aboard}人，超过座位数。"
        (on.discard if number == len(wanted.stops) - 1 else on.add)(request)
    for request in route.requests:
        if next_stop[request] != len(problem.requests[request].stops):
            yield f"申请{problem.requests[request].key}没有送到。"


def _on_time(problem: Problem, route: Route) -> Iterable[str]:
    if len(route.times) != len(route.visits):
        yield "路线没有时刻。"
        return
    car, driver = problem.cars[route.car], problem.drivers[route.driver]
    opens, closes = working_day(problem, route)
    if route.leaves < opens - _SLACK or route.returns > closes + _SLACK:
        yield f"车辆{car.key}的出车或收车时间在可用时段或班次之外。"
    if route.returns - route.leaves > driver.duty_limit + _SLACK:
        yield f"驾驶员{driver.key}当班超时。"
    yield from _one_after_another(problem, route)
    yield from _rides(problem, route)
    yield from _at_home(problem, route)


def _one_after_another(problem: Problem, route: Route) -> Iterable[str]:
    legs, ready = legs_of(problem, route), route.leaves
    for at, begin in enumerate(route.times):
        stop, key = stop_of(problem, route, at), problem.requests[route.visits[at][0]].key
        if begin < ready + legs[at] - _SLACK:
            yield f"申请{key}：{begin:.2f}赶不到。"
        if at >= route.done and not stop.earliest - _SLACK <= begin <= stop.latest + _SLACK:
            yield f"申请{key}：{begin:.2f}不在时间窗口内。"
        ready = begin + stop.service
    if route.times and route.returns < ready + legs[-1] - _SLACK:
        yield "收车时间早于能回到的时间。"


def _rides(problem: Problem, route: Route) -> Iterable[str]:
    for late, first in partners(problem, route).items():
        request = problem.requests[route.visits[late][0]]
        aboard = route.times[late] - route.times[first] - request.stops[0].service
        if first < late and aboard > request.ride_limit + _SLACK:
            yield f"申请{request.key}乘车超过时限。"


def _at_home(problem: Problem, route: Route) -> Iterable[str]:
    """Between two intervals the car stands in its yard: a stay must fit between two stops."""
    car = problem.cars[route.car]
    for (_, gone), (back, _) in pairwise(car.available):
        if not route.visits or route.returns <= gone + _SLACK or route.leaves >= back - _SLACK:
            continue
        if not any(_stays(problem, route, at, gone, back) for at in range(1, len(route.visits))):
            yield f"车辆{car.key}在不可用时段内没有回到停放点。"


def _stays(problem: Problem, route: Route, at: int, gone: float, back: float) -> bool:
    places, minutes, yard = _places(problem, route), problem.travel.minutes, problem.cars[route.car].start
    left = route.times[at - 1] + stop_of(problem, route, at - 1).service
    arrives, leaves = left + minutes[places[at], yard], route.times[at] - minutes[yard, places[at + 1]]
    return bool(arrives <= gone + _SLACK and leaves >= back - _SLACK)


def _at_the_wheel(problem: Problem, route: Route) -> Iterable[str]:
    driver = problem.drivers[route.driver]
    legs = legs_of(problem, route)
    if route.visits and sum(legs) > driver.driving_limit + _SLACK:
        yield f"驾驶员{driver.key}驾驶{sum(legs):.0f}分钟，超过每日时限。"
    marks = [route.leaves, *route.times, route.returns]
    driven = 0.0
    for at, leg in enumerate(legs if len(marks) == len(legs) + 1 else []):
        if at and marks[at + 1] - marks[at] - leg >= driver.rest - _SLACK:
            driven = 0.0
        driven = leg % driver.spell if leg > driver.spell else driven + leg
        if driven > driver.spell + _SLACK:
            yield f"驾驶员{driver.key}连续驾驶超过{driver.spell:g}分钟。"


def working_day(problem: Problem, route: Route) -> tuple[float, float]:
    car, driver = problem.cars[route.car], problem.drivers[route.driver]
    return max(car.available[0][0], driver.starts), min(car.available[-1][1], driver.ends)


def stop_of(problem: Problem, route: Route, at: int) -> Stop:
    request, number = route.visits[at]
    return problem.requests[request].stops[number]


def _places(problem: Problem, route: Route) -> list[int]:
    car = problem.cars[route.car]
    return [car.start, *(stop_of(problem, route, at).place for at in range(len(route.visits))), car.end]


def legs_of(problem: Problem, route: Route) -> list[float]:
    return [float(problem.travel.minutes[a, b]) for a, b in pairwise(_places(problem, route))]


def _driven(problem: Problem, route: Route) -> list[tuple[int, int]]:
    """Every place with who gets in there, the stays in the yard included."""
    car = problem.cars[route.car]
    stops = [stop_of(problem, route, at) for at in range(len(route.visits))]
    way = [(stop.place, stop.boarding) for stop in stops]
    for (_, _), (back, _) in reversed(list(pairwise(car.available))):
        at = sum(time < back for time in route.times)
        if 0 < at < len(route.times):
            way.insert(at, (car.start, 0))
    return [(car.start, 0), *way, (car.end, 0)]
