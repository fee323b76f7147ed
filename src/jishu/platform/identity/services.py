"""Changing the organisation: units, people, appointments, accounts, grants."""

from datetime import date

from django.contrib.auth.hashers import make_password
from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.command import claim, command, touched
from jishu.platform.contract import roles
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.lib.pinyin import pinyin_key

from . import selectors, sessions, tokens
from .actor import Actor
from .models import Account, Appointment, Grant, Person, Unit


class CodeTaken(Conflict):
    """该编号已被使用。"""


class AlreadyAppointed(Conflict):
    """该人员在此期间已有主要任职。"""


class AdministratorsExclude(Conflict):
    """系统管理员、安全保密管理员、安全审计员须由不同人员担任,该人员已担任其中之一。"""


class AlreadyGranted(Conflict):
    """该人员在该单位已有此角色。"""


class UnknownRole(DomainError):
    """没有这个角色。"""


@command("identity.add_unit", audited_as="unit.opened", titled="设立单位")
def open_unit(
    actor: Actor,
    *,
    code: str,
    name: str,
    short_name: str,
    kind: str,
    parent: Unit | None,
    opened_on: date,
) -> Unit:
    """Add a node to the tree; its path and its 单位 follow from the parent."""
    agency = None if parent is None else (parent if parent.kind == Unit.Kind.AGENCY else parent.agency)
    with explained({"identity_unit_code_key": CodeTaken(field="code")}):
        unit = Unit.objects.create(
            code=code, name=name, short_name=short_name, kind=kind, parent=parent, path=f"?{code}",
            agency=agency if kind == Unit.Kind.DEPARTMENT else None, opened_on=opened_on,
        )  # fmt: skip
    unit.path = f"{parent.path if parent else ''}{unit.id}."
    if kind == Unit.Kind.AGENCY:
        unit.agency = unit
    unit.save(update_fields=("path", "agency"))
    return unit


@command("identity.add_person", audited_as="person.registered", titled="登记人员")
def register_person(actor: Actor, *, code: str, name: str) -> Person:
    with explained({"identity_person_code_key": CodeTaken(field="code")}):
        return Person.objects.create(code=code, name=name, name_key=pinyin_key(name, person=True))


@command("identity.add_person", audited_as="person.appointed", titled="任职")
def appoint(
    actor: Actor,
    *,
    person: Person,
    unit: Unit,
    post: str,
    rank: str,
    since: date,
    is_head: bool = False,
) -> Appointment:
    touched(person)
    with explained({"appointment_one_primary_at_a_time": AlreadyAppointed(field="person")}):
        return Appointment.objects.create(
            person=person, unit=unit, post=post, rank=rank, is_head=is_head,
            during=DateRange(since, None),
        )  # fmt: skip


@command("identity.add_person", audited_as="person.left", titled="办理离岗")
def record_departure(actor: Actor, *, person: Person, on: date) -> Person:
    """The person holds no post from that day on; accounts and grants of people who have left mean nothing."""
    leaving = claim(selectors.people_visible_to(actor), person)
    for held in Appointment.objects.filter(person=leaving, during__contains=on):
        held.during = DateRange(held.during.lower, on)
        held.save(update_fields=("during",))
    leaving.left_on = on
    leaving.save(update_fields=("left_on",))
    if on <= today():
        shut_out(leaving)
    return leaving


def shut_out(person: Person) -> None:
    """End every session and token at once: for the command that closes an account or sees its owner leave."""
    account = Account.objects.filter(person=person).first()
    if account is not None:
        sessions.end_sessions(account)
        tokens.end_tokens(account)


@command("identity.add_account", audited_as="account.opened", titled="开立账号")
def open_account(actor: Actor, *, person: Person, username: str, password: str, must_change: bool = True) -> Account:
    """The password is stored with argon2; nobody can read it back. Its owner replaces it when first signing in."""
    touched(person)
    with explained({"identity_account_username_key": CodeTaken("该账号已被使用。", field="username")}):
        return Account.objects.create(
            person=person, username=username, password=make_password(password), must_change=must_change
        )


@command("identity.add_grant", audited_as="role.granted", titled="授予角色")
def grant_role(actor: Actor, *, person: Person, role: str, unit: Unit, since: date) -> Grant:
    """Give a role on a unit and everything below it."""
    if role not in {one.code for one in roles()}:
        raise UnknownRole(field="role")
    touched(person)
    conflicts = {
        "grant_one_administrator_role": AdministratorsExclude(field="role"),
        "grant_is_not_doubled": AlreadyGranted(field="role"),
    }
    with explained(conflicts):
        return Grant.objects.create(person=person, role=role, unit=unit, during=DateRange(since, None))


@command("identity.change_grant", audited_as="role.revoked", titled="收回角色")
def revoke_role(actor: Actor, *, grant: Grant) -> Grant:
    held = claim(Grant.objects.filter(actor.scope("identity.change_grant").within("unit")), grant)
    touched(held.person)
    held.revoked_at = now()
    held.save(update_fields=("revoked_at",))
    return held
