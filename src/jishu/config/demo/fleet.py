"""Puts the planned fleet into the database: files through the commands, a year of trips in bulk as one audited deed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from jishu.apps.fleet import api as fleet
from jishu.platform.command import command
from jishu.platform.contract import resource
from jishu.platform.identity.api import Actor, Person, Unit, appoint, grant_role, register_person, system_actor
from jishu.platform.lib.clock import now, today

from .cars import PLACES, POOL, Car, Chauffeur, Journey, cars, chauffeurs, journeys
from .district import District

NAME, LOAD = "演示数据", "demo.fleet"
_KEYS = UUID("5b5f3b0c-5c0e-4a57-9d0f-331099000118")
_PER_KM = Decimal("0.80")
_BATCH = 2_000
_MAY = {"identity.add_person", "identity.add_grant", "identity.view_unit", "identity.view_person", LOAD} | {
    f"fleet.add_{noun}" for noun in ("vehicle", "driver", "terminal", "place", "quota", "paper")
}


def drive(district: District) -> str:
    """What was done, in a sentence; empty when the fleet is there already."""
    if model("vehicle")._default_manager.exists():
        return ""
    actor = system_actor(NAME, _MAY)
    units = {unit.code: unit for unit in Unit.objects.all()}
    places = [
        create("place", actor, name=name, kind=kind, address=address, longitude=Decimal(lon), latitude=Decimal(lat))
        for name, kind, address, lon, lat in PLACES
    ]
    by_place = {one.name: one for one in places}
    planned, hired = cars(district, today()), chauffeurs(district)
    vehicles = {car.number: _buy(actor, car, units, by_place) for car in planned}
    drivers = {one.code: _hire(actor, one, units, district) for one in hired}
    _equip(actor, planned, vehicles, units)
    done = list(journeys(planned, hired, today()))
    _keep_past(actor, cars=planned, done=done, vehicles=vehicles, drivers=drivers, places=by_place)
    return f"公车：{len(vehicles)} 辆车，{len(drivers)} 名驾驶员，一年 {len(done):,} 次出车。"


def model(noun: str) -> Any:
    return resource(f"fleet.{noun}").model


def create(noun: str, actor: Actor, **values: Any) -> Any:
    declared = resource(f"fleet.{noun}").create
    assert declared is not None
    return declared(actor, **values)


def _buy(actor: Actor, car: Car, units: Mapping[str, Unit], places: Mapping[str, Any]) -> Any:
    electric = car.energy == "electric"
    vehicle = create(
        "vehicle", actor, unit=units[car.agency.code], plate=car.plate, vin=car.vin, category=car.category,
        brand=car.brand, body=car.body, energy=car.energy, seats=car.seats, price=Decimal(car.price),
        displacement_l=Decimal(car.displacement) if car.displacement else None, bought_on=car.bought_on,
        registered_on=car.bought_on + timedelta(days=6), fixed_place=places[car.place], marking="marked",
        colour=("白色", "黑色", "灰色")[car.number % 3], range_km=420 if electric else None,
        battery_kwh=60 if electric else None, tank_l=None if electric else 55,
    )  # fmt: skip
    for kind, months in (("licence", None), ("compulsory", 12), ("commercial", 12), ("inspection", 24)):
        _file(actor, vehicle, car, kind, months)
    return vehicle


def _file(actor: Actor, vehicle: Any, car: Car, kind: str, months: int | None) -> None:
    """Terms end in turn over the coming year; a few within the month, one the other day."""
    ahead = -2 if (car.number, kind) == (17, "inspection") else (car.number * 37 + len(kind) * 11) % 350 + 3
    ends = today() + timedelta(days=ahead) if months else None
    starts = ends - timedelta(days=30 * months) if ends and months else car.bought_on
    create(
        "paper", actor, vehicle=vehicle, kind=kind, number=f"{kind[:3].upper()}{car.number:06d}",
        issuer="人保财险云溪支公司" if kind.startswith("com") else "市公安局交警支队", starts_on=starts,
        expires_on=ends,
        cost=Decimal({"compulsory": 950, "commercial": 3200}.get(kind, 0)),
    )  # fmt: skip


def _hire(actor: Actor, one: Chauffeur, units: Mapping[str, Unit], district: District) -> Any:
    person = Person.objects.filter(code=one.code).first()
    if person is None:
        section = "车辆服务科" if one.agency.code == POOL else one.agency.departments[0].name
        room = next(part for part in one.agency.departments if part.name == section)
        person = register_person(actor, code=one.code, name=one.name)
        appoint(actor, person=person, unit=units[room.code], post="驾驶员", rank="40", since=district.opened_on)
        grant_role(actor, person=person, role="fleet.driver", unit=units[one.agency.code], since=today())
    return create(
        "driver", actor, person=person, unit=units[one.agency.code], licence=one.licence, shift="day",
        licence_expires_on=today() + timedelta(days=200 + person.pk * 13 % 1500),
    )  # fmt: skip


def _equip(actor: Actor, planned: Sequence[Car], vehicles: Mapping[int, Any], units: Mapping[str, Unit]) -> None:
    for car in planned:
        create(
            "terminal", actor, unit=units[car.agency.code], number=f"YX{car.number:05d}", model="BD-808",
            phone=f"139331{car.number:05d}", vehicle=vehicles[car.number], status="active",
            installed_on=car.bought_on + timedelta(days=10),
        )  # fmt: skip
    held: dict[tuple[str, str], int] = {}
    for car in planned:
        held[car.agency.code, car.category] = held.get((car.agency.code, car.category), 0) + 1
    for (code, category), count in held.items():
        create(
            "quota", actor, unit=units[code], category=category, cars=count + (count > 3), starts_on=date(2020, 1, 1),
            document="云机管车编〔2020〕1号",
        )  # fmt: skip


@command(LOAD, audited_as="demo.fleet_driven", titled="装入演示用的出车记录")
def _keep_past(
    actor: Actor, *, cars: Sequence[Car], done: Sequence[Journey], vehicles: Mapping[int, Any],
    drivers: Mapping[str, Any], places: Mapping[str, Any],
) -> None:  # fmt: skip
    """Straight into the tables, under the same constraints."""
    riders = _riders()
    read = {one.number: (today() - one.bought_on).days * 24 for one in cars}
    trips, rides = [], []
    for number, one in enumerate(done, 1):
        vehicle, driver = vehicles[one.car.number], drivers[one.driver.code]
        read[one.car.number] += one.km
        trips.append(_trip(one, number, vehicle, driver, read[one.car.number]))
        rides.append(_ride(one, number, vehicle.unit, riders, trips[-1]))
    trip, ride = model("trip"), model("ride")
    trip._default_manager.bulk_create(trips, batch_size=_BATCH)
    ride._default_manager.bulk_create(rides, batch_size=_BATCH)
    stop = ride._meta.get_field("stops").related_model
    stop._default_manager.bulk_create(
        (
            stop(ride=row, position=at, place=places[name])
            for one, row in zip(done, rides, strict=True)
            for at, name in enumerate(one.stops, 1)
        ),
        batch_size=_BATCH,
    )
    for key, vehicle in vehicles.items():
        vehicle.odometer_km = read[key]
    model("vehicle")._default_manager.bulk_update(vehicles.values(), ("odometer_km",))
    for unit in {vehicle.unit for vehicle in vehicles.values()}:
        fleet.begin_numbers(unit, "PC", len(done))


def _trip(one: Journey, number: int, vehicle: Any, driver: Any, end: int) -> Any:
    return model("trip")(
        uid=uuid5(_KEYS, f"trip {number}"), number=f"{vehicle.unit.code}-PC-{one.leaves_at.year}-{number:06d}",
        unit=vehicle.unit, vehicle=vehicle, driver=driver, leaves_at=one.leaves_at, returns_at=one.returns_at,
        state="back", departed_at=one.leaves_at + timedelta(minutes=number % 9),
        returned_at=one.returns_at - timedelta(minutes=number % 25), start_km=end - one.km, end_km=end, tolls=one.tolls,
        cost=one.km * _PER_KM + one.tolls, created_at=one.leaves_at - timedelta(hours=20),
    )  # fmt: skip


def _ride(one: Journey, number: int, pool: Unit, riders: Sequence[tuple[Person, Unit]], trip: Any) -> Any:
    own = [rider for rider in riders if rider[1] == pool] if pool.code != POOL else riders
    person, unit = own[number * 7919 % len(own)]
    return model("ride")(
        uid=uuid5(_KEYS, f"ride {number}"), case=uuid5(_KEYS, f"case {number}"), unit=unit, pool=pool,
        applicant=person, kind=one.kind, purpose=one.purpose, leaves_at=one.leaves_at, returns_at=one.returns_at,
        km=one.km, passengers=one.passengers, names=person.name, state="done", trip=trip, share=trip.cost,
        rating=one.rating, created_at=one.leaves_at - timedelta(hours=26),
    )  # fmt: skip


def _riders() -> list[tuple[Person, Unit]]:
    """Everyone in office but drivers, with their 单位."""
    people: Iterable[Person] = (
        Person.objects.filter(left_on=None, appointments__during__contains=now().date())
        .exclude(code__startswith="YXS")
        .order_by("code")
        .distinct()
    )
    agencies = dict(
        Person.objects.filter(appointments__during__contains=now().date()).values_list(
            "pk", "appointments__unit__agency"
        )
    )
    units = {unit.pk: unit for unit in Unit.objects.filter(kind=Unit.Kind.AGENCY)}
    placed = [(one, units.get(agencies.get(one.pk) or 0)) for one in people]
    return [(one, unit) for one, unit in placed if unit is not None]
