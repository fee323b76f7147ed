"""Giving cars to rides: what may go together, what suits, and that nothing is promised twice."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from tests.cast import hire

from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.trips import planning, sealing
from jishu.apps.fleet.trips.models import Ride, Trip
from jishu.apps.fleet.trips.suggesting import suggest
from jishu.platform.audit.api import verbs_about
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from .makers import make_driver, make_paper, make_place, make_ride, make_sealing, make_trip, make_vehicle
from .trip_makers import MORNING

pytestmark = pytest.mark.django_db


def plan(dispatcher, unit, *rides, **values):
    car = values.get("vehicle") or make_vehicle(unit)
    return planning.plan_trip(dispatcher, rides=rides, vehicle=car, driver=values.get("driver") or make_driver(unit))


def test_a_ride_gets_a_car_and_a_driver(dispatcher, bureau):
    ride = make_ride(bureau)

    trip = plan(dispatcher, bureau, ride)

    ride.refresh_from_db()
    assert (ride.state, ride.trip) == (Ride.State.PLANNED, trip)
    assert (trip.state, trip.leaves_at, trip.returns_at) == (Trip.State.PLANNED, ride.leaves_at, ride.returns_at)
    assert verbs_about(trip.uid) == ["trip.planned"]


def test_rides_share_a_car_only_where_all_agree(dispatcher, bureau):
    shared = make_ride(bureau, is_shared=True)
    later = make_ride(bureau, is_shared=True, returns_at=MORNING + timedelta(hours=5))

    with pytest.raises(DomainError, match="没有同意拼车"):
        plan(dispatcher, bureau, shared, make_ride(bureau))

    trip = plan(dispatcher, bureau, shared, later)
    assert trip.rides.count() == 2
    assert trip.returns_at == later.returns_at


def test_whoever_sends_a_car_reads_all_that_stands_against_it(dispatcher, bureau):
    car = make_vehicle(bureau, seats=3, body="medium", status=Vehicle.Status.REPAIR)
    make_paper(bureau, car, expires_on=date(2026, 11, 24))
    make_sealing(bureau, car, starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 26))
    driver = make_driver(bureau, licence="C1", licence_expires_on=date(2026, 11, 24))

    with pytest.raises(planning.Unsuitable) as caught:
        plan(dispatcher, bureau, make_ride(bureau, passengers=4), vehicle=car, driver=driver)

    for why in ("在修", "核定 3 座", "节假日封存", "交强险保单于 2026年11月24日 到期", "驾驶证于", "不能驾驶中型客车"):
        assert why in caught.value.message


def test_the_newest_paper_counts(dispatcher, bureau):
    car = make_vehicle(bureau)
    make_paper(bureau, car, expires_on=date(2026, 3, 1))
    make_paper(bureau, car, expires_on=date(2027, 3, 1))

    assert plan(dispatcher, bureau, make_ride(bureau), vehicle=car)


def test_people_read_whose_trip_stands_in_the_way(dispatcher, bureau):
    before = make_trip(bureau, leaves_at=MORNING)

    with pytest.raises(planning.VehicleTaken, match=before.number):
        plan(dispatcher, bureau, make_ride(bureau), vehicle=before.vehicle)
    with pytest.raises(planning.DriverTaken, match=before.number):
        plan(dispatcher, bureau, make_ride(bureau), driver=before.driver)

    after = make_ride(bureau, leaves_at=before.returns_at, returns_at=before.returns_at + timedelta(hours=1))
    assert plan(dispatcher, bureau, after, vehicle=before.vehicle, driver=before.driver)


def test_the_database_has_the_last_word(bureau):
    before = make_trip(bureau, leaves_at=MORNING)

    for shared in ({"vehicle": before.vehicle}, {"driver": before.driver}):
        with pytest.raises(Exception, match="is_free"), transaction.atomic():
            make_trip(bureau, leaves_at=MORNING + timedelta(hours=1), **shared)


def test_another_unit_neither_lends_its_cars_nor_shows_its_rides(dispatcher, bureau, rival_bureau):
    with pytest.raises(Missing):
        plan(dispatcher, bureau, make_ride(rival_bureau))
    with pytest.raises(Missing):
        plan(dispatcher, bureau, make_ride(bureau), vehicle=make_vehicle(rival_bureau))

    asked_of_us = make_ride(rival_bureau, pool=bureau)
    assert plan(dispatcher, bureau, asked_of_us).unit == bureau


def test_a_cancelled_trip_gives_its_rides_back(dispatcher, bureau):
    ride = make_ride(bureau)
    trip = plan(dispatcher, bureau, ride)

    planning.cancel_trip(dispatcher, trip=trip, reason="车辆故障")

    ride.refresh_from_db()
    assert (ride.state, ride.trip) == (Ride.State.OPEN, None)
    assert plan(dispatcher, bureau, ride, vehicle=trip.vehicle, driver=trip.driver)


def test_another_car_is_sent_until_it_has_left(dispatcher, bureau):
    trip = plan(dispatcher, bureau, make_ride(bureau))
    other = make_vehicle(bureau)

    trip = planning.replan_trip(dispatcher, trip=trip, vehicle=other, driver=trip.driver)
    assert trip.vehicle == other

    Trip.objects.filter(pk=trip.pk).update(state=Trip.State.OUT, departed_at=MORNING, start_km=1)
    with pytest.raises(Conflict, match="行驶中"):
        planning.replan_trip(dispatcher, trip=trip, vehicle=make_vehicle(bureau), driver=trip.driver)


def test_no_car_is_said_only_when_it_is_so_and_the_proof_is_kept(dispatcher, bureau):
    ride = make_ride(bureau, passengers=4)
    small = make_vehicle(bureau, seats=4)
    fitting = make_vehicle(bureau, seats=5)

    with pytest.raises(DomainError, match="可以派"):
        planning.refuse_ride(dispatcher, ride=ride)

    before = make_trip(bureau, leaves_at=MORNING, vehicle=fitting)
    planning.refuse_ride(dispatcher, ride=ride)
    ride.refresh_from_db()
    assert ride.state == Ride.State.NONE
    told = {one["car"]: one["why"] for one in ride.no_car["cars"]}
    assert "坐不下" in told[str(small)]
    assert before.number in told[str(fitting)]


def test_the_smallest_fitting_car_and_the_least_busy_driver_are_proposed(dispatcher, bureau):
    large, small = make_vehicle(bureau, seats=7), make_vehicle(bureau, seats=5)
    busy, idle = make_driver(bureau), make_driver(bureau)
    make_trip(bureau, leaves_at=MORNING + timedelta(hours=6), driver=busy, vehicle=large)

    assert suggest(dispatcher, [make_ride(bureau)]) == (small, idle)
    assert suggest(dispatcher, [make_ride(bureau, passengers=6)]) == (large, idle)
    assert suggest(dispatcher, [make_ride(bureau, passengers=9)]) is None


def test_sealed_cars_stand_still_but_for_those_on_duty(dispatcher, bureau):
    keeper = hire("车管", bureau, "fleet.keeper")
    car, place = make_vehicle(bureau), make_place()
    Vehicle.objects.filter(pk=car.pk).update(fixed_place=place)
    (sealed,) = sealing.seal(keeper, title="元旦", starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 3))
    leaves_at = MORNING.replace(year=2027, month=1, day=2)
    ride = make_ride(bureau, leaves_at=leaves_at, returns_at=leaves_at + timedelta(hours=1))

    with pytest.raises(planning.Unsuitable, match="封存"):
        plan(dispatcher, bureau, ride, vehicle=car)
    with pytest.raises(DomainError, match="原因"):
        sealing.exempt(keeper, rows=[sealed])

    sealing.exempt(keeper, rows=[sealed], reason="防汛值班")
    assert plan(dispatcher, bureau, ride, vehicle=car)
    assert sealing.confirm(keeper, rows=[sealed])[0].confirmed_by == keeper.person


def test_the_next_holiday_is_longer_than_a_weekend():
    assert sealing.next_holiday(date(2026, 9, 26)) == (date(2026, 10, 1), date(2026, 10, 7))


@pytest.mark.django_db(transaction=True)
def test_one_car_and_one_driver_are_never_given_twice(bureau):
    """Thirty-two dispatchers at once, half for one car, half for one driver."""
    dispatcher = hire("调度员", bureau, "fleet.dispatcher")
    cars, drivers = [make_vehicle(bureau) for _ in range(17)], [make_driver(bureau) for _ in range(17)]
    rides = [make_ride(bureau) for _ in range(32)]
    barrier, done, refused = Barrier(32), [], []

    def send(at: int) -> None:
        same_car = at % 2 == 0
        car, driver = (cars[0], drivers[1 + at // 2]) if same_car else (cars[1 + at // 2], drivers[0])
        try:
            barrier.wait()
            done.append(planning.plan_trip(dispatcher, rides=[rides[at]], vehicle=car, driver=driver))
        except Conflict as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=send, args=(at,)) for at in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(done), len(refused)) == (2, 30)
    assert {trip.vehicle for trip in done} >= {cars[0]}
    assert drivers[0] in {trip.driver for trip in done}
    assert Ride.objects.filter(state=Ride.State.OPEN).count() == 30
