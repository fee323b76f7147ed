"""One leader at a time for a place, from the same house or above it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.cast import hire

from jishu.platform.identity import leading
from jishu.platform.identity.models import Appointment, LeaderScope
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Missing

from .makers import make_department, make_leader_scope, make_person, make_unit

pytestmark = pytest.mark.django_db
TOMORROW = today() + timedelta(days=1)


@pytest.fixture
def system(district):
    return hire("熊统", district, "identity.system")


def test_two_leaders_follow_one_another(system, bureau):
    section = make_department(bureau)
    first = leading.put_in_charge(system, leader=make_person(bureau), unit=section, since=today() - timedelta(days=9))
    with pytest.raises(leading.LedAlready):
        leading.put_in_charge(system, leader=make_person(bureau), unit=section, since=today())

    leading.relieve(system, scope=first, on=TOMORROW)
    second = leading.put_in_charge(system, leader=make_person(bureau), unit=section, since=TOMORROW)

    first.refresh_from_db()
    assert first.during.upper == second.during.lower == TOMORROW


def test_the_database_knows_one_leader_at_a_time(bureau):
    section = make_department(bureau)
    make_leader_scope(section)

    with pytest.raises(IntegrityError, match="leader_scope_one_leader"), transaction.atomic():
        make_leader_scope(section)


def test_a_leader_of_another_house_is_refused(system, bureau, rival_bureau):
    with pytest.raises(leading.NotTheirs):
        leading.put_in_charge(system, leader=make_person(rival_bureau), unit=bureau, since=today())


def test_a_leader_of_the_district_looks_after_its_bureaus(system, district, bureau):
    office = make_unit("区政府办公室", parent=district)
    leader = make_person(office)
    Appointment.objects.filter(person=leader).update(rank=Appointment.Rank.BUREAU_DEPUTY)

    assert leading.put_in_charge(system, leader=leader, unit=bureau, since=today()).unit == bureau


def test_what_has_not_begun_is_taken_back(system, bureau):
    scope = leading.put_in_charge(system, leader=make_person(bureau), unit=make_department(bureau), since=TOMORROW)

    leading.relieve(system, scope=scope)

    assert not LeaderScope.objects.exists()


def test_another_unit_is_out_of_reach(bureau, rival_bureau):
    local = hire("本局系统", bureau, "identity.system")
    foreign = make_leader_scope(rival_bureau)

    with pytest.raises(Missing):
        leading.put_in_charge(local, leader=foreign.leader, unit=rival_bureau, since=today())
    with pytest.raises(Missing):
        leading.relieve(local, scope=foreign)
