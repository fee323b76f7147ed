"""角色委托: whoever holds a role lets a colleague use it for some days; heads see it and may end it (ADR 0064)."""

from datetime import date, timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from jishu.platform.command import claim, command, touched
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError

from . import selectors
from .actor import Actor
from .models import ADMINISTRATORS, Appointment, Delegation, Grant, Person
from .policy import policy_today

PERMISSION = "identity.change_own_account"


class NotYoursToLend(DomainError):
    """只能委托您自己现有的角色；三类管理员的角色不能委托，受托的角色不能再委托。"""


class NoSuchDelegate(DomainError):
    """受托人须为本单位其他在岗人员，且不担任三类管理员。"""


class WrongDays(DomainError):
    """结束日期不能早于开始日期，开始日期不能早于今天。"""


class LentAlready(Conflict):
    """这个角色在这段时间已经委托给此人。"""


class AlreadyOver(Conflict):
    """这项委托已经终止。"""


def lendable_by(actor: Actor) -> QuerySet[Grant]:
    return selectors.grants_in_force().filter(person=actor.person_id).exclude(role__in=ADMINISTRATORS)


def delegates_for(actor: Actor) -> QuerySet[Person]:
    """Colleagues of the same 单位, in office; none of the three administrators."""
    administrators = selectors.grants_in_force().filter(role__in=ADMINISTRATORS).values("person_id")
    colleagues = Appointment.objects.filter(unit__path__startswith=actor.own_agency.path, during__contains=today())
    people = selectors.serving().filter(pk__in=colleagues.values("person_id")).distinct()
    return people.exclude(pk=actor.person_id).exclude(pk__in=administrators)


def delegations_of(actor: Actor) -> QuerySet[Delegation]:
    """Those one has given, and those given to oneself; the latest first."""
    mine = Q(person=actor.person_id) | Q(delegate=actor.person_id)
    return _told().filter(mine)


def delegations_overseen_by(actor: Actor) -> QuerySet[Delegation]:
    """Of the people in the nodes one presides over, as far as they have not ended."""
    day = today()
    headed = Appointment.objects.filter(person=actor.person_id, is_head=True, during__contains=day)
    below = Q(pk__in=())
    for path in headed.values_list("unit__path", flat=True):
        below |= Q(unit__path__startswith=path)
    there = Appointment.objects.filter(below, during__contains=day)
    return (
        _told().filter(person__in=there.values("person_id"), revoked_at=None, during__endswith__gt=day)
        .exclude(person=actor.person_id).exclude(delegate=actor.person_id)
    )  # fmt: skip


def delegations_of_grant(grant: Grant) -> QuerySet[Delegation]:
    return _told().filter(grant=grant, revoked_at=None, during__endswith__gt=today())


@command(PERMISSION, audited_as="role.lent", titled="委托角色")
def lend_role(actor: Actor, *, grant: Grant, delegate: Person, first: date, last: date, reason: str) -> Delegation:
    """Whole days, the last one included; no longer than the policy in force allows, nor than the grant lasts."""
    if not lendable_by(actor).filter(pk=grant.pk).exists():
        raise NotYoursToLend(field="grant")
    held = claim(lendable_by(actor), grant)
    if not delegates_for(actor).filter(pk=delegate.pk).exists():
        raise NoSuchDelegate(field="delegate")
    _check_days(held, first, last)
    touched(held.person, delegate)
    with explained({"delegation_once_at_a_time": LentAlready(field="delegate")}):
        return Delegation.objects.create(
            grant=held, person=held.person, delegate=delegate, during=DateRange(first, last + timedelta(days=1)),
            reason=reason.strip(),
        )  # fmt: skip


@command(PERMISSION, audited_as="role.lending_ended", titled="终止角色委托")
def end_lending(actor: Actor, *, delegation: UUID) -> Delegation:
    """By whoever lent it, the head above them, or who looks after grants there; at once."""
    mine = Q(person=actor.person_id) | Q(pk__in=delegations_overseen_by(actor).values("pk"))
    kept = Q(grant__in=Grant.objects.filter(actor.scope("identity.change_grant").within("unit")))
    held = claim(Delegation.objects.filter(mine | kept), delegation)
    if held.revoked_at is not None:
        raise AlreadyOver
    touched(held.person, held.delegate)
    held.revoked_at, held.revoked_by = now(), actor.person
    held.save(update_fields=("revoked_at", "revoked_by"))
    return held


def _check_days(grant: Grant, first: date, last: date) -> None:
    if first < today() or last < first:
        raise WrongDays(field="last" if first >= today() else "first")
    longest = policy_today().delegation_days
    if (last - first).days + 1 > longest:
        raise DomainError(f"一次委托最长 {longest} 天（账号安全规定），请缩短期间。", field="last")
    until = grant.during.upper
    if until is not None and last >= until:
        raise DomainError(f"您的这个角色在 {until:%Y年%-m月%-d日} 到期，委托不能晚于此。", field="last")


def _told() -> QuerySet[Delegation]:
    return Delegation.objects.select_related("grant", "grant__unit", "person", "delegate")
