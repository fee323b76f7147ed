"""Which rides and trips may this person see, and what serves a ride?"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from jishu.apps.fleet.models import Driver, Vehicle
from jishu.platform.identity.api import Actor, Unit, open_units

from .models import Ride, Sealing, Trip

VIEW_RIDE, VIEW_TRIP, PLAN, DRIVE = "fleet.view_ride", "fleet.view_trip", "fleet.plan_trip", "fleet.drive_trip"
APPLY = "fleet.apply_ride"
BUSY = (Trip.State.PLANNED, Trip.State.ACCEPTED, Trip.State.OUT, Trip.State.ARRIVED)


def rides_visible_to(actor: Actor) -> QuerySet[Ride]:
    """Of the units the actor looks after, and those asked of their cars; otherwise one's own."""
    rides = Ride.objects.select_related("unit", "pool", "applicant", "trip", "trip__vehicle", "trip__driver__person")
    if scope := actor.scope(VIEW_RIDE):
        return rides.filter(scope.within_agencies("unit") | scope.within_agencies("pool"))
    return rides.filter(applicant=actor.person_id)


def rides_to_plan(actor: Actor) -> QuerySet[Ride]:
    """What waits for a car of the units the actor dispatches for."""
    rides = Ride.objects.filter(actor.scope(PLAN).within_agencies("pool"), state=Ride.State.OPEN)
    return rides.select_related("unit", "pool", "applicant").order_by("leaves_at", "id")


def trips_visible_to(actor: Actor) -> QuerySet[Trip]:
    """Of the cars of one's units; otherwise those one drove or rode in."""
    trips = Trip.objects.select_related("unit", "vehicle", "driver__person")
    if scope := actor.scope(VIEW_TRIP):
        return trips.filter(scope.within_agencies("unit"))
    mine = Ride.objects.filter(applicant=actor.person_id).values("trip")
    return trips.filter(Q(driver__person=actor.person_id) | Q(pk__in=mine))


def trips_planned_by(actor: Actor) -> QuerySet[Trip]:
    trips = Trip.objects.filter(actor.scope(PLAN).within_agencies("unit"))
    return trips.select_related("unit", "vehicle", "driver__person")


def trips_driven_by(actor: Actor) -> QuerySet[Trip]:
    """Whoever drives sees nothing but the own trips here, whatever else they may do."""
    trips = Trip.objects.filter(driver__person=actor.person_id).exclude(driver__person=None)
    return trips.select_related("unit", "vehicle", "vehicle__fixed_place", "driver__person")


def cars_to_plan(actor: Actor) -> QuerySet[Vehicle]:
    cars = Vehicle.objects.filter(actor.scope(PLAN).within_agencies("unit"), is_pooled=True)
    return cars.exclude(status=Vehicle.Status.RETIRED).select_related("unit").order_by("plate")


def drivers_to_plan(actor: Actor) -> QuerySet[Driver]:
    drivers = Driver.objects.filter(actor.scope(PLAN).within_agencies("unit"), status=Driver.Status.ON)
    return drivers.select_related("person", "unit").order_by("person__name_key", "id")


def busy_between(since: datetime, until: datetime) -> QuerySet[Trip]:
    return Trip.objects.filter(state__in=BUSY, leaves_at__lt=until, returns_at__gt=since)


def sealed_on(days: Sequence[date], cars: Iterable[int]) -> set[int]:
    """Keys of those cars that stand still on one of these days."""
    rows = Sealing.objects.filter(
        vehicle__in=list(cars), is_exempt=False, starts_on__lte=days[-1], ends_on__gte=days[0]
    )
    return set(rows.values_list("vehicle_id", flat=True))


def pools() -> QuerySet[Unit]:
    """Units that have cars to send."""
    keys = Vehicle.objects.filter(is_pooled=True).exclude(status=Vehicle.Status.RETIRED).values("unit_id")
    return open_units().filter(kind=Unit.Kind.AGENCY, pk__in=keys).order_by("code")


def pool_of(unit: Unit) -> Unit | None:
    """The own cars first; else the unit with the most cars to send."""
    own = pools().filter(pk=unit.pk).first()
    if own is not None:
        return own
    cars = Vehicle.objects.filter(is_pooled=True, status=Vehicle.Status.READY).values_list("unit_id", flat=True)
    counted = list(cars)
    return Unit.objects.filter(pk=max(set(counted), key=counted.count)).first() if counted else None


def urgent_without_papers(actor: Actor) -> QuerySet[Ride]:
    rides = Ride.objects.filter(applicant=actor.person_id, is_urgent=True, case=None).exclude(applicant=None)
    return rides.select_related("unit", "trip__vehicle").order_by("papers_due_at")


def sealings_visible_to(actor: Actor) -> QuerySet[Sealing]:
    found = Sealing.objects.filter(actor.scope("fleet.view_sealing").within_agencies("unit"))
    return found.select_related("unit", "vehicle", "place", "confirmed_by")


def ride_of(case: UUID) -> Ride | None:
    return Ride.objects.filter(case=case).first()


def stops_said(ride: Ride) -> str:
    return " → ".join(str(one) for one in ride.stops.select_related("place"))


def day_filter(since: datetime, until: datetime) -> Q:
    """Trips of any state but cancelled that touch the time."""
    return Q(leaves_at__lt=until, returns_at__gt=since) & ~Q(state=Trip.State.CANCELLED)
