"""Which units and people a person may see, and who holds an office."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery

from jishu.platform.contract import roles
from jishu.platform.lib.clock import today

from .actor import Actor
from .models import Account, Appointment, Contact, Grant, LeaderScope, Person, SecurityEvent, Unit
from .models.contact import opened


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


def units_listed_for(actor: Actor) -> QuerySet[Unit]:
    """The same; closed ones stay on the list of those who look after them."""
    return units_visible_to(actor).select_related("parent")


def open_units(units: QuerySet[Unit] | None = None) -> QuerySet[Unit]:
    """Units that exist today."""
    day = today()
    rows = Unit.objects.all() if units is None else units
    return rows.filter(opened_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day))


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
    """The same people and those one looks after, with the post and unit of their latest primary appointment."""
    held = Appointment.objects.filter(person=OuterRef("pk"), is_primary=True).order_by("-during")
    seen = Q(pk__in=people_visible_to(actor).values("pk"))
    if actor.scope("identity.change_person"):
        seen |= Q(pk__in=people_kept_by(actor, "identity.change_person").values("pk"))
    return Person.objects.filter(seen).annotate(
        post=Subquery(held.values("post")[:1]), unit_name=Subquery(held.values("unit__name")[:1])
    )


def people_kept_by(actor: Actor, permission: str) -> QuerySet[Person]:
    """Those whose present or latest post lies where the permission reaches, also when they come later or have left."""
    last = Appointment.objects.filter(person=OuterRef("person"), is_primary=True).order_by("-during").values("pk")
    present = Q(pk=Subquery(last[:1])) | Q(during__contains=today())
    held = Appointment.objects.filter(actor.scope(permission).within("unit"), present, is_primary=True)
    return Person.objects.filter(pk__in=held.values("person_id"))


def units_kept_by(actor: Actor, permission: str) -> QuerySet[Unit]:
    """The units a permission reaches, closed ones too."""
    scope = actor.scope(permission)
    if scope.everything:
        return Unit.objects.all()
    under = Q(pk__in=())
    for path in scope.paths:
        under |= Q(path__startswith=path)
    return Unit.objects.filter(under)


def within_agency_of(unit: Unit) -> QuerySet[Unit]:
    """The 单位 of a node and everything below it."""
    return Unit.objects.filter(path__startswith=(unit.agency or unit).path)


def grants_visible_to(actor: Actor) -> QuerySet[Grant]:
    """With the day each ends; none for those that do not."""
    rows = Grant.objects.filter(actor.scope("identity.view_grant").within("unit"))
    return rows.select_related("person", "unit").annotate(since=F("during__startswith"), until=F("during__endswith"))


def grants_in_force(on: date | None = None) -> QuerySet[Grant]:
    """Of people who are still there."""
    day = on or today()
    there = Q(person__left_on=None) | Q(person__left_on__gt=day)
    return Grant.objects.filter(there, during__contains=day, revoked_at=None).select_related("person", "unit")


def grants_reaching(unit: Unit) -> QuerySet[Grant]:
    """What counts for a unit today: granted on it or above it."""
    return grants_in_force().filter(unit__path__in=_chain(unit)).order_by("role", "-unit__path", "id")


def contacts_visible_to(actor: Actor) -> QuerySet[Contact]:
    """Numbers are for those who look after people, not for every colleague."""
    people = people_kept_by(actor, "identity.view_contact")
    return Contact.objects.filter(person__in=people.values("pk")).select_related("person").annotate(mobile=opened())


def leading_visible_to(actor: Actor) -> QuerySet[LeaderScope]:
    return (
        leading_within(actor, "identity.view_leaderscope")
        .select_related("leader", "unit")
        .annotate(since=F("during__startswith"), until=F("during__endswith"))
    )


def leading_within(actor: Actor, permission: str) -> QuerySet[LeaderScope]:
    return LeaderScope.objects.filter(unit__in=units_kept_by(actor, permission))


def led_by(person: Person) -> Q:
    return Q(leader=person)


def this_one(row: Model) -> Q:
    return Q(pk=row.pk)


def leaders_above(unit: Unit) -> list[tuple[Unit, Person]]:
    """分管领导 of a node: of the node itself first, then of each node above it, in office today."""
    day = today()
    there = Q(leader__left_on=None) | Q(leader__left_on__gt=day)
    held = LeaderScope.objects.filter(there, unit__path__in=_chain(unit), during__contains=day)
    found = sorted(held.select_related("leader", "unit"), key=lambda one: -len(one.unit.path))
    return [(one.unit, one.leader) for one in found]


def heads_of(unit: Unit) -> list[Person]:
    """Those who lead this very node today (主持工作), in office, oldest appointment first."""
    day = today()
    held = Appointment.objects.filter(unit=unit, is_head=True, during__contains=day).select_related("person")
    return _in_office(one.person for one in held.order_by("id"))


def holders_of(role: str, unit: Unit) -> list[Person]:
    """Those who hold a role on this unit or on one above it; the nearest grant wins."""
    day = today()
    chain = _chain(unit)
    held = Grant.objects.filter(
        role=role, unit__path__in=chain, during__contains=day, revoked_at=None, person__service=None
    )  # no machine approves, nor is it told anything
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
    return list({one.id: one for one in people if not one.has_left}.values())
