"""A car on its way out: held, let go, deregistered."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet

from jishu.apps.fleet import events
from jishu.apps.fleet.models import Plating, Terminal, Vehicle
from jishu.apps.fleet.trips.models import Trip
from jishu.apps.fleet.trips.selectors import BUSY
from jishu.platform.command import touched
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError

from .models import Disposal

VIEW, APPLY = "fleet.view_disposal", "fleet.apply_disposal"
LEAVING = (Vehicle.Status.READY, Vehicle.Status.REPAIR, Vehicle.Status.SEALED, Vehicle.Status.SUSPENDED)


def disposals_visible_to(actor: Actor) -> QuerySet[Disposal]:
    return Disposal.objects.filter(actor.scope(VIEW).within_agencies("unit")).select_related("unit", "vehicle")


def cars_to_dispose_of(actor: Actor) -> QuerySet[Vehicle]:
    return Vehicle.objects.filter(unit=actor.agency, status__in=LEAVING).order_by("bought_on", "id")


def ask(*, case: UUID, unit: Unit, vehicle: str, told: Mapping[str, Any]) -> Disposal:
    """Out of service from now on; trips that are promised come first."""
    stop(case)
    car = Vehicle.objects.select_for_update().filter(uid=vehicle, unit=unit, status__in=LEAVING).first()
    if car is None:
        raise Conflict("该车不在本单位，或已在办理处置。", field="vehicle")
    if (trip := Trip.objects.filter(vehicle=car, state__in=BUSY).first()) is not None:
        raise Conflict(f"该车还有派车任务 {trip.number}，请先完成或改派。", field="vehicle")
    touched(car)
    car.status, car.held_for = Vehicle.Status.RETIRING, case
    car.save(update_fields=("status", "held_for"))
    Disposal.objects.filter(case=case).delete()
    with explained({"car_is_disposed_of_once": Conflict("该车已有处置申请。", field="vehicle")}):
        return Disposal.objects.create(case=case, unit=unit, vehicle=car, **told)


def stop(case: UUID) -> None:
    """Refused or taken back: it may be driven again."""
    for car in Vehicle.objects.select_for_update().filter(held_for=case).order_by("pk"):
        touched(car)
        car.status, car.held_for = Vehicle.Status.READY, None
        car.save(update_fields=("status", "held_for"))
    Disposal.objects.filter(case=case, state=Disposal.State.ASKED).update(state=Disposal.State.STOPPED)


def finish(*, case: UUID, told: Mapping[str, Any]) -> Disposal:
    """Deregistered: the plate is free, the terminal is out, the place in the quota is vacant."""
    row = Disposal.objects.select_for_update(of=("self",)).get(case=case)
    car = Vehicle.objects.select_for_update().get(pk=row.vehicle_id)
    on = told["deregistered_on"]
    if on > today() or on < car.bought_on:
        raise DomainError("注销登记日期应在购置日期与今天之间。", field="deregistered_on")
    touched(row, car)
    row.income, row.deregistered_on, row.certificate = told["income"], on, told["certificate"]
    row.state = Disposal.State.DONE
    row.save(update_fields=("income", "deregistered_on", "certificate", "state"))
    car.status, car.held_for = Vehicle.Status.RETIRED, None
    car.save(update_fields=("status", "held_for"))
    for plating in Plating.objects.filter(vehicle=car, during__endswith=None):
        if plating.during.lower < on:
            plating.during = DateRange(plating.during.lower, on)
            plating.save(update_fields=("during",))
    Terminal.objects.filter(vehicle=car, status=Terminal.Status.ACTIVE).update(
        status=Terminal.Status.REMOVED, auth_hash=""
    )
    events.vehicle_disposed(row)
    return row
