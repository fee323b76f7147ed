"""The files of cars, drivers, terminals and quotas: what the database keeps true."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jishu.apps.fleet import forms, services
from jishu.apps.fleet.models import Driver, Plating, Terminal, Vehicle
from jishu.platform.audit.api import verbs_about
from jishu.platform.identity.api import system_actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing

from .makers import make_driver, make_quota, make_terminal, make_vehicle, make_vin

pytestmark = pytest.mark.django_db
RIGHTS = ("vehicle", "driver", "terminal", "quota")
PLATFORM = system_actor("测试", {f"fleet.{verb}_{noun}" for verb in ("add", "change") for noun in RIGHTS})
CAR = {
    "category": "YJ", "brand": "红旗 H5", "displacement_l": Decimal("1.8"), "seats": 5, "price": Decimal(169800),
    "bought_on": date(2023, 5, 6),
}  # fmt: skip


def test_a_new_car_bears_its_plate_from_its_registration(bureau):
    car = services.register_vehicle(
        PLATFORM, unit=bureau, plate="浙J00001", vin=make_vin(90001), registered_on=date(2023, 5, 9), **CAR
    )

    (plating,) = Plating.objects.filter(vehicle=car)
    assert (plating.plate, plating.during.lower, plating.during.upper) == ("浙J00001", date(2023, 5, 9), None)
    assert verbs_about(car.uid) == ["vehicle.registered"]


def test_a_new_plate_leaves_the_old_one_in_the_history(bureau):
    car = make_vehicle(bureau)
    before = car.plate

    services.amend_vehicle(PLATFORM, vehicle=car, plate="浙JD88888")

    told = list(Plating.objects.filter(vehicle=car).order_by("during").values_list("plate", "during__endswith"))
    assert told == [(before, today()), ("浙JD88888", None)]


def test_a_plate_is_on_one_car_until_that_is_disposed_of(bureau, rival_bureau):
    car = make_vehicle(bureau)

    with pytest.raises(services.PlateTaken):
        services.register_vehicle(PLATFORM, unit=rival_bureau, plate=car.plate, vin=make_vin(90002), **CAR)

    Vehicle.objects.filter(pk=car.pk).update(status=Vehicle.Status.RETIRED)
    assert services.register_vehicle(PLATFORM, unit=rival_bureau, plate=car.plate, vin=make_vin(90002), **CAR)


def test_the_odometer_does_not_run_backwards_and_disposal_is_a_case(bureau):
    car = make_vehicle(bureau, odometer_km=5000)

    with pytest.raises(DomainError, match="5000 公里"):
        services.amend_vehicle(PLATFORM, vehicle=car, odometer_km=4999)
    with pytest.raises(DomainError, match="车辆处置报废"):
        services.amend_vehicle(PLATFORM, vehicle=car, status=Vehicle.Status.RETIRED)


def test_nobody_files_a_car_in_a_unit_that_is_not_theirs(staff, bureau, rival_bureau):
    actor = system_actor("局外人", set())

    with pytest.raises(DomainError):
        services.register_vehicle(actor, unit=rival_bureau, plate="浙J00003", vin=make_vin(90003), **CAR)


def test_a_person_drives_for_one_unit_at_a_time(bureau, rival_bureau):
    driver = make_driver(bureau)
    wanted = {"person": driver.person, "licence": "C1", "licence_expires_on": today() + timedelta(days=9)}

    with pytest.raises(services.DrivesAlready):
        services.register_driver(PLATFORM, unit=rival_bureau, **wanted)

    services.amend_driver(PLATFORM, driver=driver, status=Driver.Status.LEFT)
    assert services.register_driver(PLATFORM, unit=rival_bureau, **wanted).unit == rival_bureau


def test_a_car_carries_one_active_terminal_of_its_own_unit(bureau, rival_bureau):
    car = make_vehicle(bureau)
    make_terminal(bureau, vehicle=car, status=Terminal.Status.ACTIVE)
    spare, strange = make_terminal(bureau), make_terminal(rival_bureau)

    with pytest.raises(services.CarHasTerminal):
        services.amend_terminal(PLATFORM, terminal=spare, vehicle=car, status=Terminal.Status.ACTIVE)
    with pytest.raises(DomainError, match="同一单位"):
        services.amend_terminal(PLATFORM, terminal=strange, vehicle=car)


def test_another_card_is_another_identity(bureau):
    terminal = make_terminal(bureau, auth_hash="a" * 64)

    services.amend_terminal(PLATFORM, terminal=terminal, phone="13900009999")

    terminal.refresh_from_db()
    assert terminal.auth_hash == ""


def test_quotas_of_a_unit_and_category_follow_each_other(bureau):
    make_quota(bureau, starts_on=date(2020, 1, 1), ends_on=date(2024, 1, 1))
    wanted = {"category": "YJ", "cars": 2, "document": "车编〔2023〕1号"}

    with pytest.raises(services.QuotaOverlaps):
        services.set_quota(PLATFORM, unit=bureau, starts_on=date(2023, 12, 31), ends_on=None, **wanted)

    assert services.set_quota(PLATFORM, unit=bureau, starts_on=date(2024, 1, 1), ends_on=None, **wanted)


def test_a_keeper_reaches_only_the_cars_of_the_own_unit(bureau, rival_bureau, hired_keeper):
    car = make_vehicle(rival_bureau)

    with pytest.raises(Missing):
        services.amend_vehicle(hired_keeper, vehicle=car, colour="白色")


def test_the_form_says_what_is_wrong_with_plate_number_and_engine(hired_keeper):
    filled = {"plate": "浙JI1234", "vin": "1M8GDM9A1KP042788", "energy": "electric", "displacement_l": "1.5"}

    form = forms.VehicleForm(filled, actor=hired_keeper)

    assert not form.is_valid()
    assert "I和O" in form.errors["plate"][0]
    assert "校验位" in form.errors["vin"][0]
    assert "没有排气量" in form.errors["displacement_l"][0]
