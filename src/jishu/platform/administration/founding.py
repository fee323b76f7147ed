"""The first unit and the first administrators of an empty installation, made once by its operator (ADR 0063)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jishu.platform.command import command
from jishu.platform.identity.api import (
    ADMINISTRATORS,
    Account,
    Actor,
    Appointment,
    Person,
    Unit,
    account_named,
    appoint,
    grant_role,
    grants_in_force,
    hold_tree,
    open_account,
    open_unit,
    passwords,
    policy,
    register_person,
    role_title,
    system_actor,
)
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.errors import Conflict, DomainError

FOUND, NAME = "administration.found", "首次设置"
CHECKERS = 2
_NEEDED = (
    FOUND, "identity.add_unit", "identity.add_person", "identity.add_account", "identity.add_grant",
    "identity.reset_password",
)  # fmt: skip


class FoundedAlready(Conflict):
    """平台已经有管理员，首次设置只能做一次。新增管理员请由安全保密管理员两人授权；忘记密码见 jishu setup --renew。"""


class NotAnAdministrator(DomainError):
    """只能给在任的管理员重发一次性密码；其他人员请由系统管理员重置。"""


class Incomplete(DomainError):
    """须有系统管理员、安全审计员各至少一人，安全保密管理员至少两人（授权由一人经办、另一人复核）。"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The top of the tree, or the 单位 that runs the platform."""

    code: str
    name: str
    short_name: str
    opened_on: date


@dataclass(frozen=True, kw_only=True)
class Founder:
    code: str
    name: str
    username: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Foundation:
    agency: Place
    region: Place | None
    founders: tuple[Founder, ...]


@dataclass(frozen=True, kw_only=True)
class Issued:
    """Told once; we keep the hash."""

    title: str
    name: str
    username: str
    password: str
    until: str


def platform() -> Actor:
    return system_actor(NAME, _NEEDED)


def is_founded() -> bool:
    return grants_in_force().filter(role__in=ADMINISTRATORS).exists()


@command(FOUND, audited_as="platform.founded", titled="设立首批管理员")
def found(actor: Actor, *, foundation: Foundation) -> tuple[Unit, list[Issued]]:
    """All or nothing, and once: of two operators at the same moment the second is refused."""
    hold_tree()
    if is_founded():
        raise FoundedAlready
    _check(foundation.founders)
    region = _opened(actor, foundation.region, Unit.Kind.REGION, None) if foundation.region else None
    agency = _opened(actor, foundation.agency, Unit.Kind.AGENCY, region)
    top = region or agency
    return top, [_founder(actor, one, agency, top) for one in foundation.founders]


@command("identity.reset_password", audited_as="administrator.renewed", titled="重发管理员一次性密码")
def renew(actor: Actor, *, username: str) -> tuple[Person, Issued]:
    """For an administrator no colleague can help: whoever runs the machine may, and the record tells of it."""
    account = account_named(username)
    held = grants_in_force().filter(role__in=ADMINISTRATORS, person=account.person).first() if account else None
    if account is None or held is None:
        raise NotAnAdministrator
    _, password = passwords.reset_password(actor, person=account.person)
    account.refresh_from_db(fields=("one_time_until",))
    return account.person, _issued(account, held.role, password)


def _check(founders: Iterable[Founder]) -> None:
    counted = [one.role for one in founders]
    system, security, audit = (counted.count(role) for role in ADMINISTRATORS)
    if not system or not audit or security < CHECKERS:
        raise Incomplete


def _opened(actor: Actor, place: Place, kind: str, parent: Unit | None) -> Unit:
    """What was opened before, by an import perhaps, is taken as it stands."""
    known = Unit.objects.filter(code=place.code).first()
    if known is None:
        return open_unit(actor, kind=kind, parent=parent, **vars(place))
    if known.kind != kind or known.closed_on is not None:
        raise Conflict(f"代码 {place.code} 已是{known.name}，类别不同或者已经撤销，请另填。")
    return known


def _founder(actor: Actor, one: Founder, agency: Unit, top: Unit) -> Issued:
    person = register_person(actor, code=one.code, name=one.name)
    title = role_title(one.role)
    appoint(actor, person=person, unit=agency, post=title, rank=Appointment.Rank.STAFF, since=today())
    password = passwords.one_time_password()
    account = open_account(actor, person=person, username=one.username, password=password)
    account.one_time_until = now() + timedelta(hours=policy.policy_today().one_time_hours)
    account.save(update_fields=("one_time_until",))
    grant_role(actor, person=person, role=one.role, unit=top, since=today())
    return _issued(account, one.role, password)


def _issued(account: Account, role: str, password: str) -> Issued:
    until = f"{account.one_time_until.astimezone():%Y-%m-%d %H:%M}" if account.one_time_until else ""
    return Issued(
        title=role_title(role), name=account.person.name, username=account.username, password=password, until=until
    )
