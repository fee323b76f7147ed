"""Sets the planned district up in the database, through the commands of identity; what is there already stays."""

from collections.abc import Iterable
from datetime import date

from jishu.platform.identity.api import (
    Account,
    Actor,
    Appointment,
    Grant,
    Person,
    Unit,
    appoint,
    grant_role,
    open_account,
    open_unit,
    record_departure,
    register_person,
)

from .district import Agency, District, Employee, Login

# Printed for everyone to see: an account of the demo protects nothing.
PASSWORD = "Yunxi@2026"  # noqa: S105


def set_up(actor: Actor, district: District, *, on: date) -> None:
    """Units, people, posts, duties and logins; roles are held from ``on``."""
    units = _open_units(actor, district)
    people = _employ(actor, district.employees, units)
    _assign(actor, district, units, people, since=on)
    _let_in(actor, district.logins, people)
    for employee in district.employees:
        if employee.has_left and people[employee.code].left_on is None:
            record_departure(actor, person=people[employee.code], on=on)


def _open_units(actor: Actor, district: District) -> dict[str, Unit]:
    known = {unit.code: unit for unit in Unit.objects.all()}
    if district.code not in known:
        known[district.code] = open_unit(
            actor, code=district.code, name=district.name, short_name=district.name, kind=Unit.Kind.REGION, parent=None,
            opened_on=district.opened_on,
        )  # fmt: skip
    for agency in district.agencies:
        _open_agency(actor, agency, known[district.code], known)
    return known


def _open_agency(actor: Actor, agency: Agency, region: Unit, known: dict[str, Unit]) -> None:
    if agency.code not in known:
        known[agency.code] = open_unit(
            actor, code=agency.code, name=agency.name, short_name=agency.short_name, kind=Unit.Kind.AGENCY,
            parent=region, opened_on=agency.opened_on,
        )  # fmt: skip
    for department in agency.departments:
        if department.code not in known:
            known[department.code] = open_unit(
                actor, code=department.code, name=department.name, short_name=department.name,
                kind=Unit.Kind.DEPARTMENT, parent=known[agency.code], opened_on=agency.opened_on,
            )  # fmt: skip


def _employ(actor: Actor, employees: Iterable[Employee], units: dict[str, Unit]) -> dict[str, Person]:
    known = {person.code: person for person in Person.objects.all()}
    appointed = set(Appointment.objects.values_list("person_id", flat=True))
    for employee in employees:
        person = known.get(employee.code) or register_person(actor, code=employee.code, name=employee.name)
        known[employee.code] = person
        if person.id not in appointed:
            appoint(
                actor, person=person, unit=units[employee.unit], post=employee.post, rank=employee.rank,
                since=employee.since, is_head=employee.is_head,
            )  # fmt: skip
    return known


def _assign(
    actor: Actor, district: District, units: dict[str, Unit], people: dict[str, Person], *, since: date
) -> None:
    held = set(Grant.objects.filter(revoked_at=None).values_list("person_id", "role", "unit_id"))
    for duty in district.duties:
        person, unit = people[duty.employee.code], units[duty.unit]
        if (person.id, duty.role, unit.id) not in held:
            grant_role(actor, person=person, role=duty.role, unit=unit, since=since)


def _let_in(actor: Actor, logins: Iterable[Login], people: dict[str, Person]) -> None:
    known = set(Account.objects.values_list("username", flat=True))
    for login in logins:
        if login.username not in known:
            person = people[login.employee.code]
            open_account(actor, person=person, username=login.username, password=PASSWORD, must_change=False)
