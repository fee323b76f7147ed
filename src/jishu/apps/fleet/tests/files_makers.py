"""Smallest valid cars, drivers and what belongs to them. Say only what the test is about."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from jishu.apps.fleet.models import Driver, Place, Plating, Quota, Terminal, Vehicle
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import today
from jishu.platform.lib.identifiers import WrongIdentifier, validate_vin

_numbers = count(1)


def make_vin(number: int) -> str:
    """With the check character that fits."""
    for check in "0123456789X":
        try:
            return validate_vin(f"LSVAM418{check}C{number:07d}")
        except WrongIdentifier:
            continue
    raise AssertionError(number)


def make_vehicle(unit: Any, **values: Any) -> Vehicle:
    """Ready, pooled, five seats."""
    number = next(_numbers)
    defaults = {
        "plate": f"浙J{number:05d}", "vin": make_vin(number), "category": "YJ", "brand": f"测试轿车{number:04d}",
        "displacement_l": Decimal("1.5"), "seats": 5, "price": Decimal(150000), "bought_on": date(2022, 3, 5),
    }  # fmt: skip
    vehicle = Vehicle.objects.create(unit=unit, **(defaults | values))
    Plating.objects.create(vehicle=vehicle, plate=vehicle.plate, during=DateRange(vehicle.bought_on, None))
    return vehicle


def make_driver(unit: Any, person: Any = None, **values: Any) -> Driver:
    defaults = {"licence_expires_on": today() + timedelta(days=900), "licence": "C1"}
    return Driver.objects.create(unit=unit, person=person or make_person(unit), **(defaults | values))


def make_terminal(unit: Any, **values: Any) -> Terminal:
    number = next(_numbers)
    return Terminal.objects.create(
        unit=unit, **({"number": f"T{number:06d}", "phone": f"139{number:08d}", "model": f"型号{number:04d}"} | values)
    )


def make_place(name: str = "", **values: Any) -> Place:
    number = next(_numbers)
    where = {"longitude": Decimal("121.42") + Decimal(number % 100) / 1000, "latitude": Decimal("28.65")}
    return Place.objects.create(name=name or f"地点{number:04d}", **(where | values))


def make_quota(unit: Any, **values: Any) -> Quota:
    """In force for one day of its own: two of a unit and category never overlap."""
    number = next(_numbers)
    day = date(1990, 1, 1) + timedelta(days=number)
    defaults = {"starts_on": day, "ends_on": day + timedelta(days=1), "document": f"车编〔2020〕{number:04d}号"}
    defaults |= {"category": "YJ", "cars": 3}
    return Quota.objects.create(unit=unit, **(defaults | values))


MAKERS = {
    "fleet.vehicle": make_vehicle,
    "fleet.driver": make_driver,
    "fleet.terminal": make_terminal,
    "fleet.place": lambda agency: make_place(),
    "fleet.quota": make_quota,
}
