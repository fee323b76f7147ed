"""Smallest valid units and people. Say only what the test is about."""

from datetime import date, timedelta
from itertools import count

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.identity.models import (
    Account,
    Appointment,
    Contact,
    Grant,
    LeaderScope,
    Person,
    ServiceAccount,
    Unit,
)
from jishu.platform.identity.services import spelling
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.pinyin import pinyin_key

PASSWORD = "test-password-1"
SINCE = date(2020, 1, 1)
_numbers = count(1)


def make_unit(name: str = "", *, parent: Unit | None = None, kind: str = Unit.Kind.AGENCY) -> Unit:
    number = next(_numbers)
    name = name or f"第{number}局"
    unit = Unit.objects.create(
        code=f"U{number:05d}", name=name, short_name=name, kind=kind, parent=parent, path=f"?{number}", opened_on=SINCE,
        agency=(parent if parent and parent.kind == Unit.Kind.AGENCY else parent.agency if parent else None)
        if kind == Unit.Kind.DEPARTMENT else None,
    )  # fmt: skip
    unit.path = f"{parent.path if parent else ''}{unit.id}."
    if kind == Unit.Kind.AGENCY:
        unit.agency = unit
    unit.save()
    return unit


def make_department(agency: Unit, name: str = "") -> Unit:
    return make_unit(name or f"第{next(_numbers)}科", parent=agency, kind=Unit.Kind.DEPARTMENT)


def make_person(unit: Unit | None = None, name: str = "", *, is_head: bool = False, post: str = "科员") -> Person:
    """With an appointment in ``unit`` when one is given."""
    number = next(_numbers)
    name = name or f"张{number}"
    person = Person.objects.create(
        code=f"P{number:06d}", name=name, name_key=pinyin_key(name, person=True), spelled=spelling(name)
    )
    if unit is not None:
        Appointment.objects.create(
            person=person,
            unit=unit,
            post=post,
            rank=Appointment.Rank.STAFF,
            is_head=is_head,
            during=DateRange(SINCE, None),
        )
    return person


def make_account(person: Person, username: str = "", password: str = PASSWORD, *, factor: bool = True) -> Account:
    """With nothing due: as if an authenticator had been enrolled, since administrators may do nothing without."""
    account = Account(person=person, username=username or f"u{next(_numbers)}", factor_since=now() if factor else None)
    account.set_password(password)
    account.save()
    return account


def grant(person: Person, role: str, unit: Unit) -> Grant:
    return Grant.objects.create(person=person, role=role, unit=unit, during=DateRange(SINCE, None))


def make_contact(person: Person, mobile: str = "") -> Contact:
    contact = Contact(person=person, uid=person.uid)
    contact.keep(mobile or f"138{next(_numbers):08d}")
    contact.save()
    return contact


def make_leader_scope(unit: Unit, leader: Person | None = None) -> LeaderScope:
    leader = leader or make_person(unit, post="副局长")
    return LeaderScope.objects.create(leader=leader, unit=unit, during=DateRange(SINCE, None))


def make_service(unit: Unit, name: str = "", *, responsible: Person | None = None) -> ServiceAccount:
    """A machine that expires in a month."""
    number = next(_numbers)
    name = name or f"第{number}系统"
    person = Person.objects.create(
        code=f"DJ{number:08d}", name=name, name_key=pinyin_key(name), left_on=today() + timedelta(days=30)
    )
    Account.objects.create(person=person, username=person.code.lower(), password=make_password(None))
    responsible = responsible or make_person(unit)
    return ServiceAccount.objects.create(
        person=person, name=name, unit=unit, responsible=responsible, purpose="每晚取一次资产卡片",
        opened_by=responsible,
    )  # fmt: skip


MAKERS = {
    "identity.unit": lambda agency: make_department(agency),
    "identity.person": lambda agency: make_person(agency),
    "identity.contact": lambda agency: make_contact(make_person(agency)),
    "identity.grant": lambda agency: grant(make_person(agency), "asset.keeper", agency),
    "identity.serviceaccount": lambda agency: make_service(agency),
    "identity.leaderscope": lambda agency: make_leader_scope(make_department(agency), make_person(agency)),
}
