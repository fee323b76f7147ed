"""Which units and people a person may see, and who holds an office."""

from collections.abc import Iterable

from django.db.models import OuterRef, Q, QuerySet, Subquery

from jishu.platform.contract import roles
from jishu.platform.lib.clock import today

from .actor import Actor
from .models import Account, Appointment, Grant, Person, SecurityEvent, Unit


def units_visible_to(actor: Actor) -> QuerySet[Unit]:
    """Those the actor administers, and always the nodes of the own 单位."""
    scope = actor.scope("identity.view_unit")
    if scope.everything:
        return Unit.objects.all()
    condition = Q(pk__in=())
    for path in scope.paths:
        condition |= Q(path__startswith=path)
    if actor.agency is not None:
        condition |= Q(path__startswith=actor.agency.path)
    return Unit.objects.filter(condition)


def open_units() -> QuerySet[Unit]:
    """Units that exist today."""
    day = today()
    return Unit.objects.filter(opened_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day))


def serving(people: QuerySet[Person] | None = None) -> QuerySet[Person]:
    """People in office today."""
    day = today()
    rows = Person.objects.all() if people is None else people
    return rows.filter(Q(left_on=None) | Q(left_on__gt=day)).filter(
        appointments__during__contains=day, appointments__is_primary=True
    )


def people_visible_to(actor: Actor) -> QuerySet[Person]:
    """Colleagues of the own 单位, and everyone in the units the actor administers."""
    units = units_visible_to(actor)
    day = today()
    return Person.objects.filter(
        pk__in=Appointment.objects.filter(unit__in=units, during__contains=day).values("person_id")
    )


def people_within(actor: Actor, permission: str) -> QuerySet[Person]:
    """Those a permission reaches by the unit of a present appointment."""
    held = Appointment.objects.filter(actor.scope(permission).within("unit"), during__contains=today())
    return Person.objects.filter(pk__in=held.values("person_id"))


def people_listed_for(actor: Actor) -> QuerySet[Person]:
    """The same people, with the post and unit of their primary appointment as of today."""
    held = Appointment.objects.filter(person=OuterRef("pk"), is_primary=True, during__contains=today())
    return people_visible_to(actor).annotate(
        post=Subquery(held.values("post")[:1]), unit_name=Subquery(held.values("unit__name")[:1])
    )


def heads_of(unit: Unit) -> list[Person]:
    """Those who lead this very node today (主持工作), in office, oldest appointment first."""
    day = today()
    held = Appointment.objects.filter(unit=unit, is_head=True, during__contains=day).select_related("person")
    return _in_office(one.person for one in held.order_by("id"))


def holders_of(role: str, unit: Unit) -> list[Person]:
    """Those who hold a role on this unit or on one above it; the nearest grant wins."""
    day = today()
    chain = _chain(unit)
    held = Grant.objects.filter(role=role, unit__path__in=chain, during__contains=day, revoked_at=None)
    found = sorted(held.select_related("person", "unit"), key=lambda one: (-len(one.unit.path), one.id))
    nearest = [one.person for one in found if one.unit.path == found[0].unit.path]
    return _in_office(nearest)


def ancestors_of(unit: Unit) -> list[Unit]:
    """From the parent up to the root."""
    return sorted(Unit.objects.filter(path__in=_chain(unit)[:-1]), key=lambda one: -len(one.path))


def people_called(uids: Iterable[object]) -> list[Person]:
    return _in_office(Person.objects.filter(uid__in=list(uids)).order_by("id"))


def role_title(code: str) -> str:
    return next((role.title for role in roles() if role.code == code), code)


def account_named(username: str) -> Account | None:
    return Account.objects.filter(username=username).first()


def security_events_of(actor: Actor) -> QuerySet[SecurityEvent]:
    """What happened to the person's own account, newest first."""
    return SecurityEvent.objects.filter(person_id=actor.person_id)


def _chain(unit: Unit) -> list[str]:
    keys = unit.path.rstrip(".").split(".")
    return [".".join(keys[: depth + 1]) + "." for depth in range(len(keys))]


def _in_office(people: Iterable[Person]) -> list[Person]:
    day = today()
    return list({one.id: one for one in people if one.left_on is None or one.left_on > day}.values())
