"""分管领导 decides: of the department, else of what is above it, else the head of the 单位; the trace says which."""

import pytest

from jishu.platform.contract import Approve, Who, WhoKind
from jishu.platform.identity.api import record_departure, system_actor
from jishu.platform.identity.tests.makers import make_department, make_leader_scope, make_person
from jishu.platform.lib.clock import today
from jishu.platform.workflow.people import Finder

pytestmark = pytest.mark.django_db
STEP = Approve(key="leader", title="分管领导审批", who=Who(kind=WhoKind.LEADER))


@pytest.fixture
def section(bureau):
    return make_department(bureau, "综合科")


def found(applicant, section, bureau):
    finder = Finder(applicant, section, bureau)
    asked = finder.found(STEP)
    return [finder.known[one].name for one in asked.people], list(asked.trace)


def test_the_leader_of_the_nearest_place_decides(section, bureau):
    make_leader_scope(bureau, make_person(bureau, "常务"))
    make_leader_scope(section, make_person(bureau, "分管"))

    assert found(make_person(section), section, bureau) == (["分管"], [])


def test_where_nobody_looks_after_it_the_head_decides_and_the_trace_says_so(section, bureau):
    make_person(bureau, "局长", is_head=True)

    assert found(make_person(section), section, bureau) == (["局长"], ["综合科的分管领导空缺，上溯一级"])


def test_a_leader_does_not_decide_their_own(section, bureau):
    leader = make_person(bureau, "分管")
    make_leader_scope(section, leader)
    make_person(bureau, "局长", is_head=True)

    assert found(leader, section, bureau) == (["局长"], ["综合科的分管领导是申请人本人，上溯一级"])


def test_a_leader_who_has_left_is_passed_over(section, bureau):
    leader = make_person(bureau, "分管")
    make_leader_scope(section, leader)
    make_person(bureau, "局长", is_head=True)

    record_departure(system_actor("测试", {"identity.change_person"}), person=leader, on=today())

    assert found(make_person(section), section, bureau)[0] == ["局长"]
