"""Who is asking, and how far their permissions reach."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.identity import granting, selectors, services
from jishu.platform.identity.api import actor_for, system_actor
from jishu.platform.identity.models import Appointment, Unit
from jishu.platform.lib.errors import Refused

from .makers import grant, make_department, make_person, make_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_unit("云溪区", kind=Unit.Kind.REGION)


def test_a_grant_reaches_the_whole_subtree_and_nothing_beside_it(district):
    bureau, rival = make_unit(parent=district), make_unit(parent=district)
    section = make_department(bureau)
    keeper = make_person(section)
    grant(keeper, "identity.system", bureau)

    scope = actor_for(keeper).scope("identity.add_unit")

    assert set(Unit.objects.filter(scope.within("agency"))) == {bureau, section}
    assert scope.covers(section)
    assert not scope.covers(rival)


def test_a_path_is_not_a_prefix_of_a_longer_number(district):
    bureau = make_unit(parent=district)
    twin = make_unit(parent=district)
    Unit.objects.filter(pk=twin.pk).update(path=bureau.path.rstrip(".") + "1.")
    twin.refresh_from_db()
    keeper = make_person(bureau)
    grant(keeper, "identity.system", bureau)

    assert not actor_for(keeper).scope("identity.add_unit").covers(twin)


def test_a_large_scope_filters_by_path(monkeypatch, district):
    monkeypatch.setattr("jishu.platform.identity.actor.LISTED", 1)
    bureau = make_unit(parent=district)
    section = make_department(bureau)
    keeper = make_person(bureau)
    grant(keeper, "identity.system", bureau)

    scope = actor_for(keeper).scope("identity.add_unit")

    assert scope.unit_ids is None
    assert set(Appointment.objects.filter(scope.within("unit"))) == set(keeper.appointments.all())
    assert section.path.startswith(bureau.path)


def test_who_has_left_holds_nothing(district):
    person = make_person(make_unit(parent=district))
    grant(person, "identity.system", district)
    person.left_on = date(2020, 2, 1)
    person.save()

    assert actor_for(person).permissions == frozenset()


def test_a_revoked_or_expired_grant_holds_nothing(district):
    person = make_person(make_unit(parent=district))
    held = grant(person, "identity.system", district)
    held.during = DateRange(date(2020, 1, 1), date(2020, 6, 1))
    held.save()

    assert not actor_for(person).may("identity.add_unit")


def test_the_platform_itself_is_nobody(district):
    with pytest.raises(Refused):
        system_actor("作业", {"identity.add_unit"}).person_id  # noqa: B018


def test_nobody_holds_two_administrator_roles(district):
    person = make_person(make_unit(parent=district))
    security = system_actor("测试", {"identity.add_grant", "identity.change_grant"})
    first = granting.grant_role(security, person=person, role="identity.system", unit=district, since=date(2026, 1, 1))

    with pytest.raises(granting.AdministratorsExclude):
        granting.grant_role(security, person=person, role="identity.audit", unit=district, since=date(2027, 1, 1))

    granting.revoke_role(security, grant=first)
    granting.grant_role(security, person=person, role="identity.audit", unit=district, since=date(2027, 1, 1))


def test_a_person_has_one_primary_appointment_at_a_time(district):
    unit = make_unit(parent=district)
    person = make_person(unit)

    with pytest.raises(services.AlreadyAppointed):
        services.appoint(
            system_actor("测试", {"identity.add_person"}),
            person=person, unit=unit, post="科员", rank="40", since=date(2026, 1, 1),
        )  # fmt: skip


def test_the_nearest_holder_of_a_role_is_found(district):
    bureau = make_unit(parent=district)
    section = make_department(bureau)
    far, near = make_person(bureau), make_person(bureau)
    grant(far, "asset.keeper", district)
    grant(near, "asset.keeper", bureau)

    assert selectors.holders_of("asset.keeper", section) == [near]
    assert selectors.holders_of("asset.keeper", make_unit(parent=district)) == [far]


def test_ancestors_come_from_the_parent_up(district):
    bureau = make_unit(parent=district)
    section = make_department(bureau)

    assert selectors.ancestors_of(section) == [bureau, district]
