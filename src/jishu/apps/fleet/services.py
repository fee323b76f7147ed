"""Keeping the files of cars, drivers, terminals, places and quotas."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.lib.records import Record

from . import events, selectors
from .models import Driver, Place, Plating, Quota, Terminal, Vehicle

Row = TypeVar("Row", bound=Record)


class PlateTaken(Conflict):
    """该车牌号已登记在另一辆车上；旧车须先办理处置或变更号牌。"""


class VinTaken(Conflict):
    """该车辆识别代号已经建档，一辆车只建一份档案。"""


class DrivesAlready(Conflict):
    """该人员已是在岗驾驶员；调到其他单位的，请先在原单位登记离岗。"""


class PhoneTaken(Conflict):
    """该终端手机号已登记在另一台终端上。"""


class CarHasTerminal(Conflict):
    """该车已安装在用终端；请先拆除原终端。"""


class QuotaOverlaps(Conflict):
    """该单位这一类别在此期间已有编制；请先写明原编制的终止日期。"""


CONSTRAINTS: Mapping[str, DomainError] = {
    "plate_is_on_one_car": PlateTaken(field="plate"),
    "fleet_vehicle_vin_key": VinTaken(field="vin"),
    "car_is_registered_after_it_is_bought": DomainError("注册登记日期不能早于购置日期。", field="registered_on"),
    "driver_drives_for_one_unit": DrivesAlready(field="person"),
    "fleet_terminal_phone_key": PhoneTaken(field="phone"),
    "car_carries_one_active_terminal": CarHasTerminal(field="vehicle"),
    "active_terminal_is_in_a_car": DomainError("在用终端必须写明安装车辆。", field="vehicle"),
    "quota_is_one_at_a_time": QuotaOverlaps(field="starts_on"),
    "quota_ends_after_it_starts": DomainError("终止日期须在执行日期之后。", field="ends_on"),
    "fleet_place_name_key": Conflict("已有同名地点，请直接使用，或换一个名称。", field="name"),
}
# What the database says of a car that only a case of disposal may say.
ENDED = (Vehicle.Status.RETIRING, Vehicle.Status.RETIRED)


@command("fleet.add_vehicle", audited_as="vehicle.registered", titled="车辆建档")
def register_vehicle(actor: Actor, /, *, unit: Unit, **values: Any) -> Vehicle:
    """One file for one car; its first plate begins with its registration."""
    _must_cover(actor, "fleet.add_vehicle", unit)
    if values.get("status") in ENDED:
        raise DomainError("新建档的车辆不能是待处置或已处置。", field="status")
    vehicle = _stored(Vehicle(unit=unit, **values))
    since = vehicle.registered_on or vehicle.bought_on
    Plating.objects.create(vehicle=vehicle, plate=vehicle.plate, during=DateRange(since, None))
    events.vehicle_registered(vehicle)
    return vehicle


@command("fleet.change_vehicle", audited_as="vehicle.amended", titled="修改车辆档案")
def amend_vehicle(actor: Actor, /, *, vehicle: Vehicle, **values: Any) -> Vehicle:
    """A new plate ends the old one today; disposal is a case of its own."""
    vehicle = claim(selectors.vehicles_managed_by(actor, "fleet.change_vehicle"), vehicle)
    if (unit := values.get("unit")) is not None:
        _must_cover(actor, "fleet.change_vehicle", unit)
    status = values.get("status", vehicle.status)
    if status != vehicle.status and (status in ENDED or vehicle.status in ENDED):
        raise DomainError("车辆处置须办理“车辆处置报废”，不能直接改状态。", field="status")
    if values.get("odometer_km", vehicle.odometer_km) < vehicle.odometer_km:
        raise DomainError(f"里程表读数不能小于现有的 {vehicle.odometer_km} 公里。", field="odometer_km")
    before = vehicle.plate
    _change(vehicle, values)
    if vehicle.plate != before:
        _replate(vehicle)
    return vehicle


def _replate(vehicle: Vehicle) -> None:
    """Corrected on the day it began, a plate was a slip of the pen and leaves no history."""
    current = Plating.objects.select_for_update().filter(vehicle=vehicle, during__endswith=None).first()
    if current is not None and current.during.lower < today():
        current.during = DateRange(current.during.lower, today())
        current.save(update_fields=("during",))
    elif current is not None:
        current.delete()
    Plating.objects.create(vehicle=vehicle, plate=vehicle.plate, during=DateRange(today(), None))


@command("fleet.add_driver", audited_as="driver.registered", titled="登记驾驶员")
def register_driver(actor: Actor, /, *, unit: Unit, **values: Any) -> Driver:
    _must_cover(actor, "fleet.add_driver", unit)
    return _stored(Driver(unit=unit, **values))


@command("fleet.change_driver", audited_as="driver.amended", titled="修改驾驶员")
def amend_driver(actor: Actor, /, *, driver: Driver, **values: Any) -> Driver:
    driver = claim(selectors.drivers_managed_by(actor, "fleet.change_driver"), driver)
    if (unit := values.get("unit")) is not None:
        _must_cover(actor, "fleet.change_driver", unit)
    return _change(driver, values)


@command("fleet.add_terminal", audited_as="terminal.registered", titled="登记车载终端")
def register_terminal(actor: Actor, /, *, unit: Unit, **values: Any) -> Terminal:
    _must_cover(actor, "fleet.add_terminal", unit)
    _of_one_unit(unit, values.get("vehicle"))
    return _stored(Terminal(unit=unit, **values))


@command("fleet.change_terminal", audited_as="terminal.amended", titled="修改车载终端")
def amend_terminal(actor: Actor, /, *, terminal: Terminal, **values: Any) -> Terminal:
    """Another card is another identity: the terminal has to register with the gateway anew."""
    terminal = claim(selectors.terminals_managed_by(actor, "fleet.change_terminal"), terminal)
    unit = values.get("unit", terminal.unit)
    _must_cover(actor, "fleet.change_terminal", unit)
    _of_one_unit(unit, values.get("vehicle", terminal.vehicle))
    if values.get("phone", terminal.phone) != terminal.phone:
        terminal.auth_hash = ""
    return _change(terminal, values)


@command("fleet.add_place", audited_as="place.registered", titled="登记地点")
def register_place(actor: Actor, /, **values: Any) -> Place:
    return _stored(Place(**values))


@command("fleet.change_place", audited_as="place.amended", titled="修改地点")
def amend_place(actor: Actor, /, *, place: Place, **values: Any) -> Place:
    return _change(claim(selectors.places_visible_to(actor), place), values)


@command("fleet.add_quota", audited_as="quota.set", titled="登记车辆编制")
def set_quota(actor: Actor, /, *, unit: Unit, **values: Any) -> Quota:
    _must_cover(actor, "fleet.add_quota", unit)
    return _stored(Quota(unit=unit, **values))


@command("fleet.change_quota", audited_as="quota.amended", titled="修改车辆编制")
def amend_quota(actor: Actor, /, *, quota: Quota, **values: Any) -> Quota:
    quota = claim(selectors.quotas_managed_by(actor, "fleet.change_quota"), quota)
    if (unit := values.get("unit")) is not None:
        _must_cover(actor, "fleet.change_quota", unit)
    return _change(quota, values)


def _must_cover(actor: Actor, permission: str, unit: Unit) -> None:
    if not actor.scope(permission).covers(unit):
        raise Missing("您不负责该单位的公务用车。", field="unit")


def _of_one_unit(unit: Unit, vehicle: Vehicle | None) -> None:
    if vehicle is not None and vehicle.unit_id != unit.pk:
        raise DomainError("终端和安装的车辆须属于同一单位。", field="vehicle")


def _stored(row: Row) -> Row:
    with explained(CONSTRAINTS):
        row.save(force_insert=True)
    return row


def _change(row: Row, values: Mapping[str, Any]) -> Row:
    for name, value in values.items():
        setattr(row, name, value)
    with explained(CONSTRAINTS):
        row.save()
    return row
