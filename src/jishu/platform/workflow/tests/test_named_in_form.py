"""A step may be at a unit the form names, or at the people it names."""

import pytest

from jishu.platform.contract import Approve, Empty, Who, WhoKind
from jishu.platform.identity.tests.makers import grant, make_person
from jishu.platform.workflow.people import Finder

pytestmark = pytest.mark.django_db


@pytest.fixture
def finder(bureau):
    return Finder(make_person(bureau), bureau, bureau)


def asked(finder, kind, field, value, **who):
    finder.values = {field.partition(".")[0]: value}
    step = Approve(key="step", title="确认", who=Who(kind=kind, field=field, **who), empty=Empty.PASS)
    return finder.found(step)


def test_the_role_is_held_in_the_unit_the_form_names(finder, rival_bureau):
    keeper = make_person(rival_bureau)
    grant(keeper, "asset.keeper", rival_bureau)

    for value in (rival_bureau, str(rival_bureau.uid)):  # as typed, and as a case keeps it
        assert asked(finder, WhoKind.ROLE, "to", value, role="asset.keeper").people == (keeper.id,)


def test_the_head_is_that_of_the_unit_the_form_names(finder, bureau, rival_bureau):
    make_person(bureau, is_head=True)
    chief = make_person(rival_bureau, is_head=True)

    assert asked(finder, WhoKind.UNIT_HEAD, "to", rival_bureau).people == (chief.id,)


def test_people_are_named_one_by_one_or_in_every_row(finder, rival_bureau):
    first, second = make_person(rival_bureau), make_person(rival_bureau)

    assert asked(finder, WhoKind.PEOPLE, "whom", str(first.uid)).people == (first.id,)
    rows = [{"whom": str(second.uid)}, {"whom": first}, {"whom": None}, {"whom": second}]
    assert asked(finder, WhoKind.PEOPLE, "rows.whom", rows).people == (first.id, second.id)


@pytest.mark.parametrize("value", [None, "", "nobody"])
def test_where_the_form_says_nothing_the_trace_says_so(finder, value):
    found = asked(finder, WhoKind.PEOPLE, "whom", value)

    assert (found.people, found.trace) == ((), ("表单中没有填写",))
