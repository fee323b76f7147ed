"""Giving cars and drivers to rides. Locks are taken in one order everywhere: rides, trip, cars, drivers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from jishu.apps.fleet.models import Driver, Vehicle
from jishu.apps.fleet.papers.selectors import expired_papers
from jishu.platform.command import claim, claim_all, command
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import ZONE, now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import tell

from . import ending, rules, selectors, services
from .models import NumberSeries, Ride, Trip

MOST_RIDES = 12


class VehicleTaken(Conflict):
    """这段时间该车已派出，请另选车辆或调整时间。"""


class DriverTaken(Conflict):
    """这段时间该驾驶员已有派车任务，请另选驾驶员或调整时间。"""


class Unsuitable(DomainError):
    """所选车辆或驾驶员不符合要求。"""


CONSTRAINTS = {
    "trip_vehicle_is_free": VehicleTaken(field="vehicle"),
    "trip_driver_is_free": DriverTaken(field="driver"),
    "trip_returns_after_it_leaves": DomainError("返回时间须在出发时间之后。", field="returns_at"),
    "car_is_out_once": Conflict("该车还在另一趟行程中，请先返回登记。"),
    "driver_is_out_once": Conflict("该驾驶员还在另一趟行程中，请先返回登记。"),
}


@command(selectors.PLAN, audited_as="trip.planned", titled="派车")
def plan_trip(actor: Actor, /, *, rides: Iterable[Ride], vehicle: Vehicle, driver: Driver) -> Trip:
    """Several rides share a trip when all of them agree to; it lasts from the first departure to the last return."""
    held = claim_all(selectors.rides_to_plan(actor), rides)
    _may_go_together(held)
    trip = _store(
        actor, rides=held, vehicle=vehicle, driver=driver, leaves_at=min(one.leaves_at for one in held),
        returns_at=max(one.returns_at for one in held),
    )  # fmt: skip
    _take_aboard(trip, held)
    return trip


def _may_go_together(rides: Sequence[Ride]) -> None:
    if not rides:
        raise DomainError("请先选择要派车的申请。", field="rides")
    if len(rides) > MOST_RIDES:
        raise DomainError(f"一趟车最多合并 {MOST_RIDES} 份申请。", field="rides")
    if len(rides) > 1 and (alone := next((one for one in rides if not one.is_shared), None)):
        raise DomainError(f"“{alone}”没有同意拼车，不能合并派车。", field="rides")


def _store(
    actor: Actor, *, rides: Sequence[Ride], vehicle: Vehicle, driver: Driver, leaves_at: datetime, returns_at: datetime
) -> Trip:
    car = claim(selectors.cars_to_plan(actor), vehicle)
    who = claim(selectors.drivers_to_plan(actor), driver)
    must_suit(car, who, wanted_of(rides, leaves_at, returns_at))
    _must_be_free(car, who, leaves_at, returns_at)
    with explained(CONSTRAINTS):
        return Trip.objects.create(
            number=next_number(car.unit, "PC"), unit=car.unit, vehicle=car, driver=who, leaves_at=leaves_at,
            returns_at=returns_at, planned_by=actor.person,
        )  # fmt: skip


def _take_aboard(trip: Trip, rides: Iterable[Ride]) -> None:
    for ride in rides:
        ride.trip, ride.state = trip, Ride.State.PLANNED
        ride.save(update_fields=("trip", "state"))
        tell(
            [ride.applicant], title=f"已派车：{trip.vehicle.plate}，驾驶员 {trip.driver}",
            body=f"{services.when_of(trip)}，{ride.purpose}。", link=f"/fleet/ride/{ride.uid}/", case=ride.case,
        )  # fmt: skip
    _tell_driver(trip, "新的派车任务")


def _tell_driver(trip: Trip, what: str) -> None:
    tell(
        [trip.driver.person], title=f"{what}：{trip.vehicle.plate}，{services.when_of(trip)}",
        body=f"派车单 {trip.number}，请接单。", link="/fleet/drive/",
    )  # fmt: skip


@command(selectors.PLAN, audited_as="trip.replanned", titled="调整派车")
def replan_trip(actor: Actor, /, *, trip: Trip, vehicle: Vehicle, driver: Driver) -> Trip:
    """Another car or another driver before it has left. Who drives has to accept again."""
    held = claim(selectors.trips_planned_by(actor), trip)
    _must_not_have_left(held)
    car = claim(selectors.cars_to_plan(actor), vehicle)
    who = claim(selectors.drivers_to_plan(actor), driver)
    rides = list(held.rides.all())
    must_suit(car, who, wanted_of(rides, held.leaves_at, held.returns_at))
    _must_be_free(car, who, held.leaves_at, held.returns_at, but=held)
    before = held.driver
    held.vehicle, held.driver, held.unit, held.state = car, who, car.unit, Trip.State.PLANNED
    with explained(CONSTRAINTS):
        held.save()
    if before != who:
        tell([before.person], title=f"派车单 {held.number} 已改由 {who} 驾驶", link="/fleet/drive/")
    _tell_driver(held, "派车任务有调整")
    people = [ride.applicant for ride in rides]
    tell(people, title=f"派车有调整：改派 {car.plate}，驾驶员 {who}", body=f"{services.when_of(held)}。")
    return held


@command(selectors.PLAN, audited_as="trip.cancelled", titled="取消派车")
def cancel_trip(actor: Actor, /, *, trip: Trip, reason: str) -> Trip:
    """Its rides wait on the board again."""
    rides = list(Ride.objects.select_for_update(of=("self",)).filter(trip=trip).order_by("pk"))
    held = claim(selectors.trips_planned_by(actor), trip)
    _must_not_have_left(held)
    if not reason.strip():
        raise DomainError("请写明取消的原因。", field="reason")
    for ride in rides:
        ride.trip, ride.state = None, Ride.State.OPEN
        ride.save(update_fields=("trip", "state"))
    held.state, held.note = Trip.State.CANCELLED, reason.strip()[:300]
    held.save(update_fields=("state", "note"))
    people = [held.driver.person, *(ride.applicant for ride in rides)]
    tell(people, title=f"派车单 {held.number} 已取消", body=f"原因：{held.note}。申请仍有效，将重新派车。")
    return held


@command(selectors.PLAN, audited_as="ride.without_car", titled="无车可派")
def refuse_ride(actor: Actor, /, *, ride: Ride) -> Ride:
    """Only when it is so: every car of the pool is named with why it cannot go. The proof is kept for 公务租车."""
    cases = ending.hold_cases([ride])
    held = claim(selectors.rides_to_plan(actor), ride)
    proof = proof_of(held)
    if free := [one["car"] for one in proof if not one["why"]]:
        raise DomainError(f"{free[0]} 等 {len(free)} 辆车可以派，不能登记无车可派。", field="rides")
    held.state, held.no_car = Ride.State.NONE, {"at": now().isoformat(), "cars": proof}
    held.save(update_fields=("state", "no_car"))
    tell([held.applicant], title="暂无车辆可派", body="可以办理“公务租车”，系统已保存无车可派的证明。", case=held.case)
    ending.tell_cases(cases)
    return held


def proof_of(ride: Ride) -> list[dict[str, str]]:
    """Every pooled car of the unit asked, and why it cannot serve this ride; empty where it could."""
    wanted = wanted_of([ride], ride.leaves_at, ride.returns_at)
    cars = list(
        Vehicle.objects.filter(unit=ride.pool, is_pooled=True).exclude(status=Vehicle.Status.RETIRED).order_by("plate")
    )
    busy = dict(
        selectors.busy_between(ride.leaves_at, ride.returns_at)
        .filter(vehicle__in=cars)
        .values_list("vehicle_id", "number")
    )
    days = rules.days_between(ride.leaves_at, ride.returns_at, ZONE)
    sealed, lapsed = selectors.sealed_on(days, [car.pk for car in cars]), expired_papers(cars, wanted.last_day)
    found = []
    for car in cars:
        why = rules.car_objections(car, wanted)
        why += [f"已派出（{busy[car.pk]}）"] if car.pk in busy else []
        why += ["节假日封存"] if car.pk in sealed else []
        why += lapsed.get(car.pk, [])
        found.append({"car": str(car), "why": "；".join(why)})
    return found


def wanted_of(rides: Sequence[Ride], leaves_at: datetime, returns_at: datetime) -> rules.Wanted:
    return rules.Wanted(
        leaves_at=leaves_at, returns_at=returns_at, passengers=sum(one.passengers for one in rides),
        km=max((one.km or 0 for one in rides), default=0), last_day=returns_at.astimezone(ZONE).date(),
    )  # fmt: skip


def must_suit(car: Vehicle, driver: Driver, wanted: rules.Wanted) -> None:
    """Every reason at once, so that nobody has to try again and again."""
    said = rules.car_objections(car, wanted)
    days = rules.days_between(wanted.leaves_at, wanted.returns_at, ZONE)
    if selectors.sealed_on(days, [car.pk]):
        said.append("该车节假日封存，需先登记为值班保留")
    said += expired_papers([car], wanted.last_day).get(car.pk, [])
    field = "vehicle" if said else "driver"
    said += rules.driver_objections(driver, car, wanted)
    if said:
        raise Unsuitable(f"{car.plate}、{driver}：{'；'.join(said)}。", field=field)


def _must_be_free(
    car: Vehicle, driver: Driver, leaves_at: datetime, returns_at: datetime, but: Trip | None = None
) -> None:
    """Asked under the locks, so that people read whose trip stands in the way; the constraint is the last word."""
    others = selectors.busy_between(leaves_at, returns_at)
    others = others.exclude(pk=but.pk) if but is not None else others
    if (other := others.filter(vehicle=car).first()) is not None:
        said = f"{car.plate} 在 {services.when_of(other)} 已派出（{other.number}），请另选车辆。"
        raise VehicleTaken(said, field="vehicle")
    if (other := others.filter(driver=driver).first()) is not None:
        said = f"{driver} 在 {services.when_of(other)} 已有任务（{other.number}），请另选驾驶员。"
        raise DriverTaken(said, field="driver")


def _must_not_have_left(trip: Trip) -> None:
    if trip.state not in (Trip.State.PLANNED, Trip.State.ACCEPTED):
        raise Conflict(f"派车单现在是“{trip.get_state_display()}”，不能再调整。")


def next_number(unit: Unit, kind: str) -> str:
    """331099-PC-2026-000017: without gaps, under the lock of its series."""
    head = f"{unit.code[:12]}-{kind}-{today().year}"
    NumberSeries.objects.bulk_create([NumberSeries(unit=unit, head=head)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(unit=unit, head=head)
    series.last += 1
    series.save(update_fields=("last",))
    return f"{head}-{series.last:06d}"


def begin_numbers(unit: Unit, kind: str, last: int) -> None:
    """For a fleet that has a past: numbers up to ``last`` are taken."""
    head = f"{unit.code[:12]}-{kind}-{today().year}"
    NumberSeries.objects.update_or_create(unit=unit, head=head, defaults={"last": last})
