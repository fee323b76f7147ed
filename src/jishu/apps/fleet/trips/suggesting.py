"""The car and driver one would take first: the smallest that seats everybody, whoever has driven least that day."""

from collections.abc import Sequence

from django.db.models import Count, Q

from jishu.apps.fleet.models import Driver, Vehicle
from jishu.apps.fleet.papers.selectors import expired_papers
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import ZONE

from . import rules, selectors
from .models import Ride
from .planning import wanted_of


def suggest(actor: Actor, rides: Sequence[Ride]) -> tuple[Vehicle, Driver] | None:
    """None when nothing and nobody is left; a car without a driver of its own unit helps nobody."""
    wanted = wanted_of(rides, min(one.leaves_at for one in rides), max(one.returns_at for one in rides))
    for car in _cars(actor, rides, wanted):
        if (driver := _driver(actor, car, wanted)) is not None:
            return car, driver
    return None


def _cars(actor: Actor, rides: Sequence[Ride], wanted: rules.Wanted) -> list[Vehicle]:
    busy = selectors.busy_between(wanted.leaves_at, wanted.returns_at)
    rows = selectors.cars_to_plan(actor).filter(unit__in={one.pool_id for one in rides})
    cars = list(rows.exclude(pk__in=busy.values("vehicle")).order_by("seats", "odometer_km", "id"))
    days = rules.days_between(wanted.leaves_at, wanted.returns_at, ZONE)
    sealed, lapsed = selectors.sealed_on(days, [car.pk for car in cars]), expired_papers(cars, wanted.last_day)
    bodies = {one.body for one in rides if one.body}
    return [
        car
        for car in cars
        if not rules.car_objections(car, wanted) and car.pk not in sealed and car.pk not in lapsed
        and (not bodies or car.body in bodies)
    ]  # fmt: skip


def _driver(actor: Actor, car: Vehicle, wanted: rules.Wanted) -> Driver | None:
    busy = selectors.busy_between(wanted.leaves_at, wanted.returns_at)
    first = wanted.leaves_at.astimezone(ZONE).date()
    today = Count("trips", filter=Q(trips__leaves_at__date=first))
    rows = selectors.drivers_to_plan(actor).filter(unit=car.unit).exclude(pk__in=busy.values("driver"))
    found = rows.annotate(today=today).order_by("today", "id")
    return next((one for one in found if not rules.driver_objections(one, car, wanted)), None)
