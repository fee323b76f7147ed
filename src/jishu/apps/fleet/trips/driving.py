"""What a driver does on the phone, step by step; each step is a command of the own trip."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from jishu.apps.fleet.models import Vehicle
from jishu.platform.archive.api import attach
from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import tell

from . import ending, rules, selectors, services
from .models import Ride, Trip
from .planning import CONSTRAINTS

LONGEST_KM = 5000


class WrongOdometer(DomainError):
    """里程表读数不对，请核对。"""


@command(selectors.DRIVE, audited_as="trip.accepted", titled="接单")
def accept(actor: Actor, /, *, trip: Trip) -> Trip:
    held = _own(actor, trip, Trip.State.PLANNED)
    held.state = Trip.State.ACCEPTED
    held.save(update_fields=("state",))
    return held


@command(selectors.DRIVE, audited_as="trip.departed", titled="出车")
def depart(actor: Actor, /, *, trip: Trip, km: int, photos: Sequence[UUID] = ()) -> Trip:
    """The odometer begins where it ended last; a gap means the car was driven without a trip."""
    rides = _rides(trip)
    held = _own(actor, trip, Trip.State.ACCEPTED, Trip.State.PLANNED)
    car = _car(held)
    if km < car.odometer_km:
        raise WrongOdometer(f"里程表读数不能小于上次登记的 {car.odometer_km} 公里。", field="km")
    if km - car.odometer_km > LONGEST_KM:
        raise WrongOdometer(f"与上次登记的 {car.odometer_km} 公里相差太多，请核对。", field="km")
    held.state, held.departed_at, held.start_km = Trip.State.OUT, now(), km
    with explained(CONSTRAINTS):
        held.save(update_fields=("state", "departed_at", "start_km"))
    car.odometer_km = km
    car.save(update_fields=("odometer_km",))
    _move_rides(rides, Ride.State.UNDER_WAY)
    attach(actor, documents=photos, kind="fleet.trip", subject=held.uid)
    return held


@command(selectors.DRIVE, audited_as="trip.arrived", titled="到达")
def arrive(actor: Actor, /, *, trip: Trip) -> Trip:
    held = _own(actor, trip, Trip.State.OUT)
    held.state, held.arrived_at = Trip.State.ARRIVED, now()
    held.save(update_fields=("state", "arrived_at"))
    return held


@command(selectors.DRIVE, audited_as="trip.returned", titled="返回")
def come_back(
    actor: Actor, /, *, trip: Trip, km: int, tolls: Decimal, parking: Decimal, note: str, photos: Sequence[UUID] = ()
) -> Trip:
    """The costs are split among those who rode, by heads, and each is asked to confirm."""
    cases = ending.hold_cases(Ride.objects.filter(trip=trip))
    rides = _rides(trip)
    held = _own(actor, trip, Trip.State.OUT, Trip.State.ARRIVED)
    car = _car(held)
    start = held.start_km or 0
    if not start <= km <= start + LONGEST_KM:
        raise WrongOdometer(f"返回读数应在出车读数 {start} 公里与其后 {LONGEST_KM} 公里之间。", field="km")
    held.state, held.returned_at, held.end_km = Trip.State.BACK, now(), km
    held.tolls, held.parking, held.note = tolls, parking, note[:300]
    per_km = services.limit("cost", "per_km", held.unit, services.PER_KM)
    held.cost = rules.cost_of(km - start, per_km, tolls, parking)
    held.save()
    car.odometer_km = km
    car.save(update_fields=("odometer_km",))
    _share(rides, held)
    attach(actor, documents=photos, kind="fleet.trip", subject=held.uid)
    ending.tell_cases(cases)
    return held


def _share(rides: Sequence[Ride], trip: Trip) -> None:
    parts = rules.shares(trip.cost, [ride.passengers for ride in rides]) if rides else []
    for ride, part in zip(rides, parts, strict=True):
        ride.share = part
    Ride.objects.bulk_update(rides, ("share",))
    _move_rides(rides, Ride.State.BACK)
    people = [ride.applicant for ride in rides]
    tell(people, title="行程已结束，请确认并评价", body=f"派车单 {trip.number}，{trip.vehicle.plate}。")


def _move_rides(rides: Sequence[Ride], state: str) -> None:
    for ride in rides:
        ride.state = state
    Ride.objects.bulk_update(rides, ("state",))


def _rides(trip: Trip) -> list[Ride]:
    rows = Ride.objects.select_for_update(of=("self",)).select_related("applicant")
    rides = list(rows.filter(trip__pk=trip.pk).order_by("pk"))
    touched(*rides)
    return rides


def _own(actor: Actor, trip: Trip, *states: str) -> Trip:
    held = claim(selectors.trips_driven_by(actor), trip)
    if held.state not in states:
        raise Conflict(f"派车单现在是“{held.get_state_display()}”，请刷新后再试。")
    return held


def _car(trip: Trip) -> Vehicle:
    car = Vehicle.objects.select_for_update().get(pk=trip.vehicle_id)
    touched(car)
    return car
