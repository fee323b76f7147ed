from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jishu.apps.fleet.dispatch.baselines import first_come, greedy
from jishu.apps.fleet.dispatch.checking import cost, faults
from jishu.apps.fleet.dispatch.eight_steps import scheduled
from jishu.apps.fleet.dispatch.explaining import explain
from jishu.apps.fleet.dispatch.problem import Car, Driver, Plan, Problem, Request, Route, Stop, Unsound
from jishu.apps.fleet.dispatch.searching import Limits, solve
from jishu.apps.fleet.dispatch.tests.makers import make_problem, make_request, make_travel

QUICK = Limits(seconds=600, turns=600, processes=1)


def test_two_applications_share_one_ride():
    problem = make_problem(make_request("甲", 1, 4, 60), make_request("乙", 2, 3, 65), cars=2)

    found = solve(problem, QUICK)

    assert found.objective == pytest.approx(40)
    assert faults(problem, found.plan) == []
    assert found.lower_bound == pytest.approx(40)


def test_who_does_not_share_has_the_car_alone():
    secret = make_request("密", 1, 4, 60, shares=False)
    problem = make_problem(secret, make_request("乙", 2, 3, 65), cars=2)

    found = solve(problem, QUICK)

    assert found.objective == pytest.approx(50)
    assert found.plan.routes[0].visits == ((0, 0), (0, 1), (1, 0), (1, 1))
    assert faults(problem, found.plan) == []


def test_a_pinned_car_and_driver_are_kept():
    pinned = make_request("甲", 1, 2, 60, car=1, driver=1)
    problem = make_problem(pinned, make_request("乙", 3, 4, 300), cars=2)
    problem = replace(problem, cars=(problem.cars[0], replace(problem.cars[1], fixed=50.0)))

    found = solve(problem, QUICK)

    route = next(route for route in found.plan.routes if 0 in route.requests)
    assert (route.car, route.driver) == (1, 1)
    assert faults(problem, found.plan) == []


def test_four_hours_at_the_wheel_are_followed_by_a_rest():
    far = make_travel([(0, 0), (150, 0), (299, 0)])
    request = Request("远", (Stop(1, 0, 1440, 2, 1), Stop(2, 0, 1440, 2, -1)), shares=False, penalty=2000)
    problem = Problem((request,), (Car("车", 0, 0, 4),), (Driver("司机"),), far)

    found = solve(problem, QUICK)

    route = found.plan.routes[0]
    assert faults(problem, found.plan) == []
    assert route.returns - route.leaves >= 150 + 149 + 299 + 20
    tired = replace(problem, drivers=(Driver("司机", driving_limit=480),))
    assert solve(tired, QUICK).plan.unserved == (0,)


def test_a_car_is_at_home_when_it_is_not_available():
    problem = make_problem(make_request("早", 1, 2, 60), make_request("晚", 1, 2, 600))
    problem = replace(problem, cars=(replace(problem.cars[0], available=((0, 300), (480, 1440))),))

    found = solve(problem, QUICK)

    assert found.plan.unserved == ()
    assert faults(problem, found.plan) == []
    assert cost(problem, found.plan) == pytest.approx(40) == pytest.approx(found.objective)


def test_what_is_done_stays_done():
    old = make_problem(make_request("甲", 1, 4, 60), make_request("乙", 2, 3, 65))
    begun = solve(old, QUICK).plan
    route = replace(begun.routes[0], done=2)
    grown = replace(old, requests=(*old.requests, make_request("急", 3, 4, 70)))

    found = solve(grown, QUICK, start=Plan((route,), (2,)))

    again = found.plan.routes[0]
    assert (again.visits[:2], again.times[:2], again.done) == (route.visits[:2], route.times[:2], 2)
    assert found.plan.unserved == ()
    assert faults(grown, found.plan) == []


def test_a_cancelled_search_hands_back_what_it_has():
    problem = make_problem(make_request("甲", 1, 4, 60))
    heard = []

    found = solve(problem, Limits(seconds=60, processes=1), progress=heard.append, cancelled=lambda: True)

    assert found.cancelled
    assert found.plan.unserved == ()
    assert heard[-1].objective == found.objective


def test_the_same_seed_and_turns_give_the_same_plan():
    problem = make_problem(*(make_request(str(n), 1 + n % 3, 4, 40 * n) for n in range(8)), cars=3)

    assert solve(problem, QUICK, seed=7).plan == solve(problem, QUICK, seed=7).plan


def test_every_choice_is_explained():
    big = make_request("大", 1, 3, 200, people=6)
    problem = make_problem(make_request("甲", 1, 4, 60), big, cars=2)

    found = solve(problem, QUICK)
    told = explain(problem, found.plan)

    assert told.reasons[0].alone == pytest.approx(40)
    assert told.reasons[0].sentence == (
        "申请甲由车辆车0承担，增加费用40.00元，改派车辆车1要多0.00元，单独派车为40.00元，租车按500.00元计。"
    )
    assert told.unserved == ((1, "申请大没有可派的车：座位不够。"),)


def test_the_baselines_keep_the_rules_and_cost_no_less():
    problem = make_problem(*(make_request(str(n), 1 + n % 3, 4, 60 + 9 * n) for n in range(6)), cars=4)

    best = solve(problem, QUICK)

    for other in (first_come(problem), greedy(problem)):
        assert faults(problem, other.plan) == []
        assert other.cost == pytest.approx(cost(problem, other.plan))
        assert other.cost >= best.objective - 1e-6


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_no_small_problem_has_a_better_plan(data):
    """Against every way of dealing out and ordering three requests, judged by the eight steps and the checker."""
    places = [data.draw(st.tuples(st.integers(0, 20), st.integers(0, 20))) for _ in range(7)]
    requests = tuple(
        Request(
            str(n),
            (Stop(1 + 2 * n, 0, 1440, 2, 1), Stop(2 + 2 * n, at, at + 20, 2, -1)),
            ride_limit=data.draw(st.sampled_from([30.0, 60.0])),
            shares=data.draw(st.booleans()),
        )
        for n, at in enumerate(data.draw(st.lists(st.integers(60, 200), min_size=3, max_size=3)))
    )
    cars = tuple(Car(str(n), 0, 0, 2) for n in range(2))
    problem = Problem(requests, cars, tuple(Driver(str(n)) for n in range(2)), make_travel(places))

    found = solve(problem, QUICK)

    assert faults(problem, found.plan) == []
    assert cost(problem, found.plan) == pytest.approx(found.objective)
    assert found.objective == pytest.approx(brute_force(problem), abs=1e-4)
    assert found.lower_bound is None or found.lower_bound <= found.objective + 1e-6


def brute_force(problem: Problem) -> float:
    best = sum(request.penalty for request in problem.requests)
    for dealt in product((0, 1, None), repeat=len(problem.requests)):
        total = sum(problem.requests[r].penalty for r, car in enumerate(dealt) if car is None)
        for car in (0, 1):
            total += _cheapest(problem, car, [r for r, to in enumerate(dealt) if to == car])
        best = min(best, total)
    return best


def _cheapest(problem: Problem, car: int, mine: list[int]) -> float:
    visits = [(r, s) for r in mine for s in (0, 1)]
    costs = [0.0] if not mine else [np.inf]
    for order in permutations(visits) if mine else ():
        if all(order.index((r, 0)) < order.index((r, 1)) for r in mine):
            plan = Plan(
                (scheduled(problem, Route(car, car, order)),), tuple(set(range(len(problem.requests))) - set(mine))
            )
            if not faults(problem, plan):
                costs.append(cost(problem, replace(plan, unserved=())))
    return min(costs)


@pytest.mark.parametrize(
    "broken",
    [
        {"stops": (Stop(1, boarding=1),)},
        {"stops": (Stop(1, boarding=1), Stop(9, boarding=-1))},
        {"stops": (Stop(1, boarding=1), Stop(2))},
        {"stops": (Stop(1, 60, 30, boarding=1), Stop(2, boarding=-1))},
        {"stops": (Stop(1, float("nan"), 30, boarding=1), Stop(2, boarding=-1))},
        {"ride_limit": float("nan")},
        {"penalty": -1.0},
        {"car": 5},
    ],
)
def test_a_problem_that_cannot_be_is_refused(broken):
    with pytest.raises(Unsound, match="申请甲"):
        make_problem(replace(make_request("甲", 1, 2, 60), **broken))
