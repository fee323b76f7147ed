"""Smallest valid rides, trips and papers. Say only what the test is about."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from jishu.apps.fleet.buying.models import Purchase
from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.papers.models import Paper
from jishu.apps.fleet.scrapping.models import Disposal
from jishu.apps.fleet.trips.models import Ride, Sealing, Stop, Trip
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import ZONE

from . import files_makers as files

_numbers = count(1)
MORNING = datetime(2026, 11, 25, 8, 30, tzinfo=ZONE)  # a Wednesday


def make_trip(unit: Any, **values: Any) -> Trip:
    """On a day of its own, so that two never stand in each other's way."""
    number = next(_numbers)
    leaves_at = values.pop("leaves_at", MORNING + timedelta(days=number))
    values.setdefault("vehicle", None)
    values["vehicle"] = values["vehicle"] or files.make_vehicle(unit)
    values["driver"] = values.get("driver") or files.make_driver(unit)
    defaults = {
        "number": f"PC-{number:06d}", "returns_at": leaves_at + timedelta(hours=3), "note": f"行车记录{number:04d}",
    }  # fmt: skip
    return Trip.objects.create(unit=unit, leaves_at=leaves_at, **(defaults | values))


def make_ride(unit: Any, **values: Any) -> Ride:
    """Approved and waiting for a car of its own unit, from 8:30 to 11:30."""
    number = next(_numbers)
    defaults = {
        "case": uuid4(), "pool": unit, "applicant": None, "kind": "research", "purpose": f"调研第{number:04d}次",
        "leaves_at": MORNING, "returns_at": MORNING + timedelta(hours=3), "passengers": 2, "state": "open",
    }  # fmt: skip
    values = defaults | values
    values["applicant"] = values["applicant"] or make_person(unit)
    ride = Ride.objects.create(unit=unit, **values)
    Stop.objects.bulk_create(
        Stop(ride=ride, position=at, address=f"{place}{number:04d}号") for at, place in enumerate(("东门", "水库"), 1)
    )
    return ride


def make_sealing(unit: Any, vehicle: Vehicle | None = None, **values: Any) -> Sealing:
    number = next(_numbers)
    days = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 1, 3), "title": f"元旦{number:04d}"}
    return Sealing.objects.create(unit=unit, vehicle=vehicle or files.make_vehicle(unit), **(days | values))


def make_paper(unit: Any, vehicle: Vehicle | None = None, **values: Any) -> Paper:
    number = next(_numbers)
    defaults = {
        "kind": "compulsory", "number": f"PDZA{number:08d}", "issuer": f"人保{number:04d}支公司",
        "starts_on": date(2026, 1, 1), "expires_on": date(2027, 12, 31),
    }  # fmt: skip
    return Paper.objects.create(vehicle=vehicle or files.make_vehicle(unit), **(defaults | values))


def make_purchase(unit: Any, **values: Any) -> Purchase:
    number = next(_numbers)
    defaults = {
        "case": uuid4(), "why": "new", "category": "YJ", "brand": f"拟购轿车{number:04d}", "body": "sedan",
        "energy": "electric", "price": 150000, "asked_on": date(2026, 3, 5), "evidence": {"told": []},
    }  # fmt: skip
    return Purchase.objects.create(unit=unit, **(defaults | values))


def make_car_disposal(unit: Any, **values: Any) -> Disposal:
    number = next(_numbers)
    defaults = {"case": uuid4(), "mode": "auction", "reason": f"发动机大修不经济{number:04d}"}
    return Disposal.objects.create(unit=unit, vehicle=files.make_vehicle(unit), **(defaults | values))


MAKERS = {
    "fleet.disposal": make_car_disposal,
    "fleet.purchase": make_purchase,
    "fleet.trip": make_trip,
    "fleet.ride": make_ride,
    "fleet.sealing": make_sealing,
    "fleet.paper": make_paper,
}
