"""Who is asking, and how far their permissions reach."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jishu.platform.audit.api import Doer
from jishu.platform.contract import roles
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import among
from jishu.platform.lib.errors import Refused

from .models import ADMINISTRATORS, Account, Appointment, Delegation, Grant, Person, ServiceAccount, Succession, Unit

# Beyond this many units a scope filters by path through a join instead of listing keys.
LISTED = 200


@dataclass(frozen=True)
class Scope:
    """The units a permission reaches: everything, some subtrees, or none (one's own things only)."""

    everything: bool = False
    paths: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.everything or bool(self.paths)

    @cached_property
    def unit_ids(self) -> tuple[int, ...] | None:
        """The keys of the units reached, or None when there are too many to list."""
        return self._listed(Unit.objects.all())

    @cached_property
    def agency_ids(self) -> tuple[int, ...] | None:
        """The keys of the 单位 among them, or None when there are too many to list."""
        return self._listed(Unit.objects.filter(kind=Unit.Kind.AGENCY))

    def within(self, unit: str) -> Q:
        """The condition that ``unit`` (an ORM path to a Unit) lies in this scope."""
        return self._among(unit, "unit_ids")

    def within_agencies(self, agency: str) -> Q:
        """The same for a path that always leads to a 单位: fewer keys, often one, which an index serves in order."""
        return self._among(agency, "agency_ids")

    def _among(self, unit: str, keys: str) -> Q:
        if self.everything:
            return Q()
        if not self.paths:
            return Q(pk__in=())
        ids = getattr(self, keys)
        if ids is None:
            return self._under(f"{unit}__path")
        return Q(**{f"{unit}_id": ids[0]}) if len(ids) == 1 else among(f"{unit}_id", ids)

    def _listed(self, units: QuerySet[Unit]) -> tuple[int, ...] | None:
        found = units.filter(self._under("path")).order_by("path").values_list("id", flat=True)[: LISTED + 1]
        return tuple(found) if len(found) <= LISTED else None

    def covers(self, unit: Unit) -> bool:
        return self.everything or any(unit.path.startswith(path) for path in self.paths)

    def _under(self, path: str) -> Q:
        condition = Q(pk__in=())
        for prefix in self.paths:
            condition |= Q(**{f"{path}__startswith": prefix})
        return condition


@dataclass(frozen=True)
class Actor:
    """A value built once per request; selectors take it first, commands check it first.

    ``department`` is where the person's primary appointment is; ``agency`` is the 单位 it belongs to.
    """

    person: Person | None
    name: str
    department: Unit | None = None
    agency: Unit | None = None
    post: str = ""
    grants: tuple[tuple[str, str], ...] = ()
    """(role code, path of the unit it was granted on)"""
    extra: frozenset[str] = field(default_factory=frozenset)
    """Permissions named for a job of the platform itself; such an actor reaches every unit."""
    lent: tuple[tuple[str, str, str], ...] = ()
    """(role code, path, whose role it is): those among ``grants`` that are another's, used for some days."""
    is_service: bool = False
    """A machine: it holds what was granted to it and nothing that everyone in office has."""
    only: frozenset[str] | None = None
    """What a token of the person may be used for, whatever else they may do."""

    @property
    def person_id(self) -> int:
        """The key of the person; Refused for the platform's own jobs."""
        if self.person is None:
            raise Refused("此事须由本人办理。")
        return self.person.id

    @property
    def uid(self) -> UUID | None:
        return self.person.uid if self.person else None

    @property
    def agency_uid(self) -> UUID | None:
        return self.agency.uid if self.agency else None

    @property
    def own_agency(self) -> Unit:
        """The person's 单位; Refused while they hold no appointment."""
        if self.agency is None:
            raise Refused("您目前没有任职单位，请联系本单位人事或管理员。")
        return self.agency

    @cached_property
    def _by_permission(self) -> dict[str, tuple[str, ...]]:
        reach: dict[str, set[str]] = {}
        declared = {role.code: role for role in roles()}
        if self.person is not None and self.agency is not None and not self.is_service:
            for role in declared.values():
                if role.everyone:
                    for permission in role.permissions:
                        reach.setdefault(permission, set())
        for code, path in self.grants:
            if code in declared:
                for permission in declared[code].permissions:
                    reach.setdefault(permission, set()).add(path)
        return {
            permission: tuple(sorted(paths))
            for permission, paths in reach.items()
            if self.only is None or permission in self.only
        }

    def doer_for(self, permission: str, records: Iterable[Any]) -> Doer:
        """Who the record says did it: with 代… where only a role of another reached that far."""
        lenders = self._lenders_of(permission)
        if not lenders:
            return self
        own = self._own_paths(permission)
        paths = [one.unit.path for one in records if isinstance(getattr(one, "unit", None), Unit)]
        beyond = [path for path in paths if not any(path.startswith(mine) for mine in own or ())]
        if own is not None and not beyond:
            return self
        named = {name for reach, name in lenders if any(path.startswith(reach) for path in beyond)}
        names = named or {name for _, name in lenders}
        return replace(self, name=f"{self.name}（代{'、'.join(sorted(names))}）")

    def _lenders_of(self, permission: str) -> list[tuple[str, str]]:
        carrying = {role.code for role in roles() if permission in role.permissions} if self.lent else set()
        return [(path, name) for role, path, name in self.lent if role in carrying]

    def _own_paths(self, permission: str) -> tuple[str, ...] | None:
        """As if nothing were lent; None where the permission is not the person's own at all."""
        lent = {(role, path) for role, path, _ in self.lent}
        own = replace(self, grants=tuple(one for one in self.grants if one not in lent), lent=())
        return own.scope(permission).paths if own.may(permission) else None

    @cached_property
    def permissions(self) -> frozenset[str]:
        return frozenset(self._by_permission) | self.extra

    @cached_property
    def powers(self) -> str:
        """Another word whenever something was granted or taken away."""
        return sha256(repr((self.agency_uid, sorted(self.grants))).encode()).hexdigest()[:16]

    @property
    def administers(self) -> bool:
        """Holds one of the three administrators' roles (三员)."""
        return any(role in ADMINISTRATORS for role, _ in self.grants)

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def scope(self, permission: str) -> Scope:
        """How far ``permission`` reaches; an empty scope means one's own things only."""
        if permission not in self._scopes:
            everything = permission in self.extra
            self._scopes[permission] = Scope(everything, () if everything else self._by_permission.get(permission, ()))
        return self._scopes[permission]

    @cached_property
    def _scopes(self) -> dict[str, Scope]:
        return {}


def actor_for(person: Person) -> Actor:
    """The actor of a person as of today. A person who has left holds nothing."""
    day = today()
    if person.has_left:
        return Actor(person, person.name)
    held = (
        Appointment.objects.filter(person=person, is_primary=True, during__contains=day)
        .select_related("unit", "unit__agency")
        .first()
    )
    own = list(
        Grant.objects.filter(person=person, during__contains=day, revoked_at=None).values_list("role", "unit__path")
    )
    lent = _lent_to(person, day, own)
    grants = _with_predecessors([*own, *((role, path) for role, path, _ in lent)])
    if held is None:
        return _without_post(person, grants)
    agency = held.unit if held.unit.kind == Unit.Kind.AGENCY else held.unit.agency
    return Actor(person, person.name, held.unit, agency, held.post, grants, lent=lent)


def _lent_to(person: Person, day: date, own: Iterable[tuple[str, str]]) -> tuple[tuple[str, str, str], ...]:
    """Roles of others the person may use today; not what they hold themselves, nor what the lender has lost."""
    there = Q(person__left_on=None) | Q(person__left_on__gt=day)
    held = Delegation.objects.filter(
        there, delegate=person, during__contains=day, revoked_at=None, grant__revoked_at=None,
        grant__during__contains=day,
    ).exclude(grant__role__in=ADMINISTRATORS)  # fmt: skip
    known = set(own)
    found = held.order_by("id").values_list("grant__role", "grant__unit__path", "person__name")
    return tuple(one for one in found if one[:2] not in known)


def _without_post(person: Person, grants: tuple[tuple[str, str], ...]) -> Actor:
    """A machine stands where it was opened, and the record names it as what it is."""
    service = ServiceAccount.objects.filter(person=person).select_related("unit", "unit__agency").first()
    if service is None:
        return Actor(person, person.name, grants=grants)
    unit = service.unit
    agency = unit if unit.kind == Unit.Kind.AGENCY else unit.agency
    return Actor(person, f"{service.name}（系统对接账号）", unit, agency, grants=grants, is_service=True)


def _with_predecessors(grants: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """A role on a unit reaches what the units left behind that it, or one below it, took over from."""
    held = tuple(grants)
    under = Q(pk__in=())
    for path in {path for _, path in held}:
        under |= Q(successor__path__startswith=path)
    taken = Succession.objects.filter(under).values_list("successor__path", "predecessor__path") if held else ()
    inherited = [
        (role, left)
        for successor, left in taken
        for role, path in held
        if successor.startswith(path) and not left.startswith(path)
    ]
    return (*held, *inherited)


@lru_cache(maxsize=4096)
def _kept_actor(person: Person, stamp: int, day: date) -> Actor:
    """Built once per person and process until the organisation changes or the day does."""
    return actor_for(person)


@lru_cache(maxsize=1024)
def _kept_part(person: Person, stamp: int, day: date, only: frozenset[str]) -> Actor:
    return replace(_kept_actor(person, stamp, day), only=only)


def actor_behind(account: Account, only: frozenset[str] | None = None) -> Actor:
    """The actor of an account, as of today and the present organisation; ``only`` for a token of theirs."""
    stamp = getattr(account, "stamp", None)  # an account just made was not read through its manager
    if stamp is None:
        return replace(actor_for(account.person), only=only)
    if only is None:
        return _kept_actor(account.person, stamp, today())
    return _kept_part(account.person, stamp, today(), only)


def system_actor(name: str, permissions: Iterable[str]) -> Actor:
    """The platform acting by itself (a job, the command line), with exactly these permissions on every unit."""
    return Actor(None, name, extra=frozenset(permissions))
