"""Giving and taking roles. What people give passes through four eyes; the platform itself gives while it is set up."""

from dataclasses import dataclass
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.command import claim, command, touched
from jishu.platform.contract import roles
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from .actor import Actor
from .models import ADMINISTRATORS, Grant, Person, ServiceAccount, Unit

CONFIRM = "identity.confirm_grant"


class AdministratorsExclude(Conflict):
    """系统管理员、安全保密管理员、安全审计员须由不同人员担任，该人员已担任其中之一。"""


class AlreadyGranted(Conflict):
    """该人员在该单位已有此角色。"""


class UnknownRole(DomainError):
    """没有这个角色。"""


class TwoPairsOfEyes(DomainError):
    """授权须由一人经办、另一人复核，两人都不能是被授权人本人。"""


class NotForMachines(DomainError):
    """三类管理员须由人担任，不能授予系统对接账号。"""


class Leaving(Conflict):
    """该人员已经离岗，不能授权。"""


CONSTRAINTS: dict[str, DomainError] = {
    "grant_one_administrator_role": AdministratorsExclude(field="role"),
    "grant_is_not_doubled": AlreadyGranted(field="role"),
    "grant_is_confirmed_by_another": TwoPairsOfEyes(),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A role on a unit and everything below it, from a day until before another."""

    person: Person
    role: str
    unit: Unit
    since: date
    until: date | None = None


@command("identity.add_grant", audited_as="role.granted", titled="授予角色")
def grant_role(actor: Actor, *, person: Person, role: str, unit: Unit, since: date) -> Grant:
    """By the platform itself; no role of people carries the permission."""
    return _give(Wanted(person=person, role=role, unit=unit, since=since))


@command(CONFIRM, audited_as="role.granted", titled="授予角色")
def grant_by_two(actor: Actor, *, wanted: Wanted, proposed_by: int) -> Grant:
    """The actor confirms what another has proposed."""
    if not actor.scope(CONFIRM).covers(wanted.unit):
        raise Missing("您不负责该单位的授权。", field="unit")
    return _give(wanted, proposed_by=proposed_by, confirmed_by=actor.person_id)


@command("identity.change_grant", audited_as="role.revoked", titled="收回角色")
def revoke_role(actor: Actor, *, grant: Grant) -> Grant:
    """One pair of hands is enough: taking away must not wait."""
    held = claim(Grant.objects.filter(actor.scope("identity.change_grant").within("unit"), revoked_at=None), grant)
    touched(held.person)
    held.revoked_at = now()
    held.save(update_fields=("revoked_at",))
    return held


def check_role(role: str) -> None:
    if role not in {one.code for one in roles() if not one.everyone}:
        raise UnknownRole(field="role")


def _give(wanted: Wanted, proposed_by: int | None = None, confirmed_by: int | None = None) -> Grant:
    check_role(wanted.role)
    if wanted.person.has_left:
        raise Leaving(field="person")
    if wanted.role in ADMINISTRATORS and ServiceAccount.objects.filter(person=wanted.person).exists():
        raise NotForMachines(field="role")
    touched(wanted.person)
    with explained(CONSTRAINTS):
        _clear_away_expired(wanted.person)
        return Grant.objects.create(
            person=wanted.person, role=wanted.role, unit=wanted.unit, during=DateRange(wanted.since, wanted.until),
            proposed_by_id=proposed_by, confirmed_by_id=confirmed_by,
        )  # fmt: skip


def _clear_away_expired(person: Person) -> None:
    """What has run out must not stand in the way of what is given anew."""
    Grant.objects.filter(person=person, revoked_at=None, during__endswith__lte=today()).update(revoked_at=now())
