"""What decides who is driven by whom: times, licences, seats, shares. No database, no clock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jishu.apps.fleet.models import Driver, Vehicle
from jishu.platform.lib.money import split_money

HALF_HOURS = tuple(f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 30))
LONGEST = timedelta(days=15)
# Which licences drive what: each kind of body with those that allow it.
_SMALL = {"A1", "A2", "A3", "B1", "B2", "C1"}
DRIVEN_BY = {
    Vehicle.Body.SEDAN: _SMALL | {"C2"},
    Vehicle.Body.SMALL: _SMALL | {"C2"},
    Vehicle.Body.MEDIUM: {"A1", "A3", "B1"},
    Vehicle.Body.LARGE: {"A1", "A3"},
    Vehicle.Body.TRUCK: {"A2", "B2"},
    Vehicle.Body.WORK: _SMALL,
}
CENT = Decimal("0.01")


def moment(day: date, at: str, zone: Any) -> datetime:
    """``at`` as people chose it: 08:30."""
    hour, minute = at.split(":")
    return datetime.combine(day, time(int(hour), int(minute)), zone)


def days_between(leaves_at: datetime, returns_at: datetime, zone: Any) -> list[date]:
    """Every day the trip touches; one that ends at midnight does not touch the next."""
    first = leaves_at.astimezone(zone).date()
    last = (returns_at - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + timedelta(days=at) for at in range((last - first).days + 1)]


def touches_holiday(days: Iterable[date], is_working_day: Callable[[date], bool]) -> bool:
    return any(not is_working_day(day) for day in days)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the rides of one trip need together."""

    leaves_at: datetime
    returns_at: datetime
    passengers: int
    km: int
    last_day: date


def car_objections(car: Vehicle, wanted: Wanted) -> list[str]:
    """Why this car cannot serve; what other trips and papers say is asked of the database."""
    said = []
    if car.status != Vehicle.Status.READY:
        said.append(f"车辆现在是“{car.get_status_display()}”")
    if wanted.passengers + 1 > car.seats:
        said.append(f"核定 {car.seats} 座（含驾驶员），坐不下 {wanted.passengers} 位乘车人")
    if car.range_km and wanted.km > car.range_km:
        said.append(f"续航 {car.range_km} 公里，不够预计的 {wanted.km} 公里")
    return said


def driver_objections(driver: Driver, car: Vehicle, wanted: Wanted) -> list[str]:
    said = []
    if driver.status != Driver.Status.ON:
        said.append(f"驾驶员现在是“{driver.get_status_display()}”")
    if driver.licence_expires_on < wanted.last_day:
        said.append(f"驾驶证于 {driver.licence_expires_on:%Y年%-m月%-d日} 到期")
    if driver.licence not in DRIVEN_BY[Vehicle.Body(car.body)]:
        said.append(f"准驾车型 {driver.licence} 不能驾驶{car.get_body_display()}")
    return said


def cost_of(km: int, per_km: Decimal, *extra: Decimal) -> Decimal:
    return (km * per_km + sum(extra, Decimal(0))).quantize(CENT, ROUND_HALF_UP)


def shares(cost: Decimal, passengers: Sequence[int]) -> list[Decimal]:
    """By heads, to the cent, and together exactly the cost."""
    return split_money(cost, passengers)
