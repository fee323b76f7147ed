"""派车申请 from the form to the rating, by everyone whose turn it is; and 紧急用车 with its papers."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.trips import driving, planning, services, urgent
from jishu.apps.fleet.trips.item import ITEM, findings, prefill
from jishu.apps.fleet.trips.models import Ride, Trip
from jishu.platform.audit.api import verbs_about
from jishu.platform.lib import clock
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.notify.models import Message
from jishu.platform.workflow import api as workflow

from .makers import make_driver, make_place, make_ride, make_trip, make_vehicle

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)  # a Monday
State = workflow.Case.State


@pytest.fixture(autouse=True)
def _monday():
    with clock.frozen(NOW):
        yield


def ask(staff, pool, **values):
    place = make_place()
    stored = {
        "kind": "research", "purpose": "水库巡查", "leave_day": "2026-11-25", "leave_time": "08:30",
        "return_day": "2026-11-25", "return_time": "12:00", "range": "district", "km": None, "passengers": 2,
        "names": "张三、李四", "body": "", "is_shared": True, "phone": "13800138000", "pool": str(pool.uid),
        "stops": [{"place": str(place.uid), "address": ""}, {"place": "", "address": "东山水库"}],
    } | values  # fmt: skip
    filled = workflow.Filled(cleaned=stored | {"pool": pool}, values=stored)
    return workflow.submit(staff, item=ITEM, filled=filled, key=uuid4())


def agree(actor, case):
    return workflow.agree(actor, case=case.uid, key=uuid4())


def case_of(case):
    return workflow.Case.objects.get(uid=case.uid)


def sent(dispatcher, bureau, chauffeur, ride):
    driver, car = make_driver(bureau, chauffeur.person), make_vehicle(bureau, odometer_km=1000)
    return planning.plan_trip(dispatcher, rides=[ride], vehicle=car, driver=driver)


def test_from_the_form_to_the_rating(staff, head, dispatcher, chauffeur, bureau):
    case = ask(staff, bureau)
    ride = Ride.objects.get(case=case.uid)
    assert (ride.state, [str(one) for one in ride.stops.all()][1]) == (Ride.State.ASKED, "东山水库")

    agree(head, case)
    ride.refresh_from_db()
    assert ride.state == Ride.State.OPEN
    assert Message.objects.filter(person=dispatcher.person, title__startswith="待派车").exists()

    trip = sent(dispatcher, bureau, chauffeur, ride)
    driving.accept(chauffeur, trip=trip)
    driving.depart(chauffeur, trip=trip, km=1010)
    driving.arrive(chauffeur, trip=trip)
    done = driving.come_back(chauffeur, trip=trip, km=1060, tolls=Decimal(20), parking=Decimal(5), note="")
    assert done.cost == Decimal("65.00")  # 50 km at 0.80, tolls, parking
    assert Vehicle.objects.get(pk=trip.vehicle_id).odometer_km == 1060

    ride.refresh_from_db()
    assert (ride.state, ride.share) == (Ride.State.BACK, Decimal("65.00"))
    rated = {"rating": "5", "comment": "准时"}
    case = workflow.perform(staff, case=case.uid, key=uuid4(), filled=workflow.Filled(cleaned=rated, values=rated))
    ride.refresh_from_db()
    assert (case.state, ride.state, ride.rating) == (State.COMPLETED, Ride.State.DONE, 5)
    assert verbs_about(trip.uid) == [
        "trip.planned", "trip.accepted", "trip.departed", "trip.arrived", "trip.returned",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "is_far"),
    [
        ({}, False),
        ({"range": "beyond"}, True),
        ({"km": 101}, True),
        ({"leave_day": "2026-11-28", "return_day": "2026-11-28"}, True),  # a Saturday
    ],
)
def test_far_and_on_days_off_the_head_of_the_unit_decides(staff, head, bureau, values, is_far):
    case = ask(staff, bureau, **values)

    assert services.needs_head(Ride.objects.get(case=case.uid)) is is_far


def test_what_is_taken_back_frees_car_and_driver(staff, head, dispatcher, chauffeur, bureau):
    case = ask(staff, bureau)
    agree(head, case)
    trip = sent(dispatcher, bureau, chauffeur, Ride.objects.get(case=case.uid))

    workflow.withdraw(staff, case=case.uid, key=uuid4())

    trip.refresh_from_db()
    assert trip.state == Trip.State.CANCELLED
    assert Ride.objects.get(case=case.uid).state == Ride.State.CANCELLED


def test_who_is_on_the_way_takes_nothing_back(staff, head, dispatcher, chauffeur, bureau):
    case = ask(staff, bureau)
    agree(head, case)
    trip = sent(dispatcher, bureau, chauffeur, Ride.objects.get(case=case.uid))
    driving.depart(chauffeur, trip=trip, km=1000)

    with pytest.raises(services.AlreadyOut):
        workflow.withdraw(staff, case=case.uid, key=uuid4())

    assert case_of(case).state != State.WITHDRAWN


def test_no_car_ends_the_case(staff, head, dispatcher, bureau):
    case = ask(staff, bureau)
    agree(head, case)

    planning.refuse_ride(dispatcher, ride=Ride.objects.get(case=case.uid))

    assert case_of(case).state == State.COMPLETED
    assert Ride.objects.get(case=case.uid).no_car == {"at": NOW.isoformat(), "cars": []}


def test_nobody_asks_twice_for_the_same_time(staff, head, bureau):
    ask(staff, bureau)

    with pytest.raises(services.AskedTwice):
        ask(staff, bureau, leave_time="11:00")


def test_the_form_says_what_is_free_and_who_decides(staff, bureau):
    make_vehicle(bureau)
    known = prefill(staff)

    said = findings(
        staff,
        known | {"leave_day": "2026-11-28", "leave_time": "08:00", "return_day": "2026-11-28", "return_time": "09:00"},
    )

    assert known["pool"] == bureau
    assert "可派车 1 辆" in said[0]
    assert "节假日" in said[1]


def test_costs_are_split_by_heads_to_the_cent(dispatcher, chauffeur, bureau):
    rides = [make_ride(bureau, is_shared=True, passengers=heads) for heads in (1, 2)]
    car, driver = make_vehicle(bureau), make_driver(bureau, chauffeur.person)
    trip = planning.plan_trip(dispatcher, rides=rides, vehicle=car, driver=driver)
    driving.depart(chauffeur, trip=trip, km=0)

    driving.come_back(chauffeur, trip=trip, km=100, tolls=Decimal(0), parking=Decimal(0), note="")

    assert sorted(Ride.objects.values_list("share", flat=True)) == [Decimal("26.67"), Decimal("53.33")]


def test_an_odometer_that_cannot_be_right_is_refused(chauffeur, bureau):
    car = make_vehicle(bureau, odometer_km=5000)
    trip = make_trip(bureau, vehicle=car, driver=make_driver(bureau, chauffeur.person))

    with pytest.raises(driving.WrongOdometer, match="5000 公里"):
        driving.depart(chauffeur, trip=trip, km=4999)
    with pytest.raises(driving.WrongOdometer, match="相差太多"):
        driving.depart(chauffeur, trip=trip, km=50_000)
    driving.depart(chauffeur, trip=trip, km=5001)
    with pytest.raises(driving.WrongOdometer):
        driving.come_back(chauffeur, trip=trip, km=5000, tolls=Decimal(0), parking=Decimal(0), note="")


def test_a_driver_sees_and_moves_only_the_own_trips(client, chauffeur, bureau):
    mine = make_trip(bureau, driver=make_driver(bureau, chauffeur.person))
    others = make_trip(bureau)

    with pytest.raises(Missing):
        driving.accept(chauffeur, trip=others)
    page = signed_in(client, chauffeur).get(reverse("fleet:drive")).content.decode()
    assert mine.number in page
    assert others.number not in page
    assert client.get(reverse("fleet:trip-detail", args=[others.uid])).status_code == 404


def test_the_phone_page_takes_every_step_and_keeps_what_was_typed(client, chauffeur, bureau):
    car = make_vehicle(bureau, odometer_km=700)
    trip = make_trip(bureau, vehicle=car, driver=make_driver(bureau, chauffeur.person))
    phone, field = signed_in(client, chauffeur), f"{trip.uid.hex}-km"

    def step(do, **more):
        return phone.post(reverse("fleet:drive"), {"trip": str(trip.uid), "do": do, **more})

    assert step("accept").status_code == 302
    wrong = step("depart", **{field: "12"})
    assert wrong.status_code == 422
    assert "不能小于上次登记的 700 公里" in wrong.content.decode()
    assert step("depart", **{field: "705"}).status_code == 302
    assert step("arrive").status_code == 302
    assert step("back", **{field: "755", f"{trip.uid.hex}-tolls": "12.50"}).status_code == 302
    trip.refresh_from_db()
    assert (trip.state, trip.end_km, trip.tolls) == (Trip.State.BACK, 755, Decimal("12.50"))


def test_the_board_sends_a_car_and_says_why_not(client, dispatcher, bureau):
    ride, car, driver = make_ride(bureau), make_vehicle(bureau, seats=2), make_driver(bureau)
    board = signed_in(client, dispatcher)
    shown = board.get(reverse("fleet:board"), {"day": "2026-11-25"}).content.decode()
    assert ride.purpose in shown
    assert car.plate in shown

    asked = {"ride": str(ride.uid), "vehicle": str(car.uid), "driver": str(driver.uid), "do": "plan"}
    assert "坐不下" in board.post(reverse("fleet:plan"), asked, follow=True).content.decode()
    roomy = make_vehicle(bureau)
    assert "已派车" in board.post(reverse("fleet:plan"), asked | {"do": "auto"}, follow=True).content.decode()
    assert Trip.objects.get().vehicle == roomy


def test_what_is_urgent_drives_first_and_owes_its_papers(staff, head, dispatcher, chauffeur, bureau):
    car, driver = make_vehicle(bureau), make_driver(bureau, chauffeur.person)
    trip = urgent.send_at_once(
        dispatcher, applicant=staff.person, purpose="管道爆裂抢修", goes_to="东山路", passengers=2, vehicle=car,
        returns_at=NOW + timedelta(hours=3), authorised_by="李建国", driver=driver,
    )  # fmt: skip
    ride = trip.rides.get()
    assert ride.papers_due_at == NOW + timedelta(hours=24)
    assert [one.step for one in urgent.waiting(staff)] == ["补办手续"]

    told = {"ride": str(ride.uid), "reason": "抢修", "authoriser": "李建国", "called_at": "9:00"}
    case = workflow.submit(staff, item=urgent.ITEM, filled=workflow.Filled(cleaned=told, values=told), key=uuid4())
    ride.refresh_from_db()
    assert (ride.case, ride.papers_at) == (case.uid, NOW)
    assert urgent.waiting(staff) == []

    driving.depart(chauffeur, trip=trip, km=10)
    driving.come_back(chauffeur, trip=trip, km=20, tolls=Decimal(0), parking=Decimal(0), note="")
    workflow.disagree(head, case=case.uid, key=uuid4(), opinion="事由不清")
    ride.refresh_from_db()
    assert (ride.case, ride.papers_at) == (None, None)


def test_papers_are_reminded_of_before_and_after_they_are_due(staff, dispatcher, bureau):
    due = {"is_urgent": True, "case": None, "applicant": staff.person}
    make_ride(bureau, **due, papers_due_at=NOW + timedelta(hours=3, minutes=30))
    make_ride(bureau, **due, papers_due_at=NOW - timedelta(minutes=30))
    make_ride(bureau, **due, papers_due_at=NOW + timedelta(hours=9))

    assert services.remind_of_papers() == 2
    assert Message.objects.filter(person=staff.person).count() == 2
    assert Message.objects.filter(person=dispatcher.person).count() == 1


def test_somebody_else_cannot_settle_my_papers(staff, head, bureau):
    stranger = hire("路人", bureau)
    ride = make_ride(bureau, is_urgent=True, case=None, applicant=staff.person, papers_due_at=NOW)
    told = {"ride": str(ride.uid), "reason": "抢修", "authoriser": "局长", "called_at": "9:00"}

    with pytest.raises(Conflict):
        workflow.submit(stranger, item=urgent.ITEM, filled=workflow.Filled(cleaned=told, values=told), key=uuid4())


def test_a_way_of_one_stop_is_no_way(staff, head, bureau):
    with pytest.raises(DomainError, match="目的地"):
        ask(staff, bureau, stops=[{"place": "", "address": "东山水库"}])
