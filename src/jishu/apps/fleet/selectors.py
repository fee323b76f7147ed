"""What may this person see?"""

from django.db.models import Q, QuerySet

from jishu.platform.identity.api import Actor

from .models import Driver, Place, Quota, Terminal, Vehicle


def vehicles_visible_to(actor: Actor) -> QuerySet[Vehicle]:
    """Of the units whose cars the actor looks after."""
    scope = actor.scope("fleet.view_vehicle")
    return Vehicle.objects.filter(scope.within_agencies("unit")).select_related("unit", "fixed_place")


def vehicles_managed_by(actor: Actor, permission: str) -> QuerySet[Vehicle]:
    found = Vehicle.objects.filter(actor.scope(permission).within_agencies("unit"))
    return found.select_related("unit", "fixed_place")


def drivers_visible_to(actor: Actor) -> QuerySet[Driver]:
    """Of the units the actor dispatches for; otherwise oneself."""
    drivers = Driver.objects.select_related("person", "unit")
    if scope := actor.scope("fleet.view_driver"):
        return drivers.filter(scope.within_agencies("unit"))
    return drivers.filter(person=actor.person_id)


def drivers_managed_by(actor: Actor, permission: str) -> QuerySet[Driver]:
    found = Driver.objects.filter(actor.scope(permission).within_agencies("unit"))
    return found.select_related("person", "unit")


def terminals_visible_to(actor: Actor) -> QuerySet[Terminal]:
    scope = actor.scope("fleet.view_terminal")
    return Terminal.objects.filter(scope.within_agencies("unit")).select_related("unit", "vehicle")


def terminals_managed_by(actor: Actor, permission: str) -> QuerySet[Terminal]:
    found = Terminal.objects.filter(actor.scope(permission).within_agencies("unit"))
    return found.select_related("unit", "vehicle")


def places_visible_to(actor: Actor) -> QuerySet[Place]:
    """Places are the district's: the same for everyone."""
    return Place.objects.all()


def quotas_visible_to(actor: Actor) -> QuerySet[Quota]:
    return Quota.objects.filter(actor.scope("fleet.view_quota").within_agencies("unit")).select_related("unit")


def quotas_managed_by(actor: Actor, permission: str) -> QuerySet[Quota]:
    return Quota.objects.filter(actor.scope(permission).within_agencies("unit")).select_related("unit")


def depots() -> QuerySet[Place]:
    """Where cars may be kept."""
    return Place.objects.filter(Q(kind=Place.Kind.DEPOT) | Q(kind=Place.Kind.OFFICE), is_open=True).order_by("name")
