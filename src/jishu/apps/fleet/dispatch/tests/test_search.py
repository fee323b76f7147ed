import pytest

from jishu.apps.fleet.dispatch.checking import cost, faults
from jishu.apps.fleet.dispatch.eight_steps import scheduled
from jishu.apps.fleet.dispatch.problem import Plan
from jishu.apps.fleet.dispatch.searching import Limits, solve
from jishu.apps.fleet.dispatch.tests.makers import instance


@pytest.mark.parametrize(("name", "best"), [("a2-16", 294.25), ("a3-30", 494.85), ("a4-40", 557.69)])
def test_a_public_instance_is_solved_to_the_cent(name, best):
    problem = instance(name)

    found = solve(problem, Limits(turns=60_000, seconds=600, processes=1))

    assert round(found.objective, 2) == best
    assert faults(problem, found.plan) == []
    assert cost(problem, found.plan) == pytest.approx(found.objective)
    bare = Plan(tuple(scheduled(problem, route) for route in found.plan.routes))
    assert faults(problem, bare) == []
