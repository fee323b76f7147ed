"""编制与配备, 购置更新: what the rules in force say, and one car file in the end."""

from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.cast import hire, signed_in

from jishu.apps.fleet.buying import services
from jishu.apps.fleet.buying.item import ITEM
from jishu.apps.fleet.buying.judging import Asked, judge
from jishu.apps.fleet.buying.models import Purchase
from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.scrapping.item import ITEM as DISPOSE
from jishu.apps.fleet.standing.figures import standing_of
from jishu.platform.lib import clock
from jishu.platform.lib.errors import Conflict
from jishu.platform.standards.tests.makers import make_edition, make_rule
from jishu.platform.workflow import api as workflow

from .makers import make_purchase, make_quota, make_trip, make_vehicle, make_vin

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)
DAY = NOW.date()


@pytest.fixture(autouse=True)
def _november():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def _rules():
    limit = make_rule(family="vehicle.price_limit", code="emergency")
    make_edition(limit, parameters={"price_max": "180000", "displacement_max": "1.8"}, severity="block")
    life = make_rule(family="vehicle.service_life", code="renewal")
    make_edition(life, parameters={"requirement": "年限", "years_min": "8"}, severity="block")
    green = make_rule(family="vehicle.new_energy", code="procurement")
    make_edition(green, parameters={"share_min": "0.3"}, severity="explain")


def quota(unit, cars):
    return make_quota(unit, cars=cars, starts_on=date(2020, 1, 1), ends_on=None)


def asked(unit, **values):
    told = {
        "unit": unit, "why": "new", "category": "YJ", "body": "sedan", "energy": "petrol", "price": Decimal(170000),
        "displacement": Decimal("1.5"), "is_domestic": True, "is_special": False, "replaces": None,
    } | values  # fmt: skip
    return Asked(**told)


def test_a_quota_holds_from_its_day_and_cars_without_one_are_too_many(bureau):
    make_quota(bureau, cars=9, starts_on=date(2020, 1, 1), ends_on=date(2026, 1, 1))
    make_quota(bureau, cars=2, starts_on=date(2026, 1, 1), ends_on=None)
    for _ in range(3):
        make_vehicle(bureau)
    make_vehicle(bureau, status="retired")

    now, then = standing_of(bureau, "YJ", DAY), standing_of(bureau, "YJ", date(2025, 6, 1))

    assert (now.quota, now.cars, now.vacant, now.over) == (2, 3, 0, 1)
    assert (then.quota, then.over) == (9, 0)
    assert standing_of(bureau, "JY", DAY).over == 0


@pytest.mark.usefixtures("_rules")
def test_price_displacement_and_quota_are_barred(bureau):
    make_vehicle(bureau)
    quota(bureau, 1)

    found = judge(asked(bureau, price=Decimal(180001), displacement=Decimal("2.0")), DAY)

    assert [one[:4] for one in found.blocked] == ["预算单价", "排气量 ", "应急保障"]
    assert "将超编制" in found.blocked[2]


@pytest.mark.usefixtures("_rules")
def test_what_fits_is_told_with_its_rule_and_the_share_of_new_energy_explained(bureau):
    quota(bureau, 1)

    found = judge(asked(bureau), DAY)

    assert found.blocked == []
    assert "新能源占 0%" in found.explain[0]
    assert len(found.rulings) == 3
    make_purchase(bureau, why="renewal", replaces=make_vehicle(bureau, category="JY"))
    assert judge(asked(bureau), DAY).explain == []


@pytest.mark.usefixtures("_rules")
def test_a_car_is_renewed_after_its_years_and_its_place_counts_once(bureau):
    quota(bureau, 1)
    young = make_vehicle(bureau, bought_on=date(2020, 1, 1))
    assert "未达到更新年限" in judge(asked(bureau, why="renewal", replaces=young), DAY).blocked[0]

    Vehicle.objects.filter(pk=young.pk).update(bought_on=date(2017, 1, 1))
    young.refresh_from_db()
    found = judge(asked(bureau, why="renewal", replaces=young), DAY)
    assert found.blocked == []
    assert any("先处置后更新" in one for one in found.told)


def dispose(keeper, head, office, car):
    told = {"vehicle": str(car.uid), "mode": "auction", "reason": "到期更新", "appraisal": "12000.00"}
    filled = workflow.Filled(cleaned=told | {"vehicle": car}, values=told)
    case = workflow.submit(keeper, item=DISPOSE, filled=filled, key=uuid4())
    car.refresh_from_db()
    assert (car.status, car.held_for) == (Vehicle.Status.RETIRING, case.uid)
    for actor in (head, office):
        workflow.agree(actor, case=case.uid, key=uuid4())
    sold = {"income": Decimal(12500), "deregistered_on": DAY, "certificate": "ZX-1"}
    done = workflow.Filled(cleaned=sold, values={name: str(value) for name, value in sold.items()})
    workflow.perform(keeper, case=case.uid, key=uuid4(), filled=done)
    car.refresh_from_db()
    assert (car.status, car.held_for) == (Vehicle.Status.RETIRED, None)


def test_a_car_with_a_trip_before_it_is_not_disposed_of_and_one_refused_drives_again(head, bureau):
    keeper = hire("车管员", bureau, "fleet.keeper")
    busy, idle = make_trip(bureau).vehicle, make_vehicle(bureau)

    def ask(car):
        told = {"vehicle": str(car.uid), "mode": "scrap", "reason": "事故", "appraisal": ""}
        filled = workflow.Filled(cleaned=told | {"vehicle": car}, values=told)
        return workflow.submit(keeper, item=DISPOSE, filled=filled, key=uuid4())

    with pytest.raises(Conflict, match="派车任务"):
        ask(busy)
    case = ask(idle)
    workflow.disagree(head, case=case.uid, key=uuid4(), opinion="还能用")
    idle.refresh_from_db()
    assert (idle.status, idle.held_for) == (Vehicle.Status.READY, None)


@pytest.mark.usefixtures("_rules")
def test_from_the_application_to_the_car_file(head, bureau):
    keeper, office = hire("车管员", bureau, "fleet.keeper"), hire("公车科", bureau, "fleet.office")
    quota(bureau, 1)
    old = make_vehicle(bureau, bought_on=date(2016, 1, 1))
    told = {
        "why": "renewal", "replaces": str(old.uid), "category": "YJ", "brand": "红旗 E-QM5", "body": "sedan",
        "energy": "electric", "displacement": "", "price": "150000.00", "is_domestic": True, "is_special": False,
        "exception": "", "funding": "公用经费", "method": "集中采购",
    }  # fmt: skip
    filled = workflow.Filled(cleaned=told | {"replaces": old, "price": Decimal(150000)}, values=told)
    case = workflow.submit(keeper, item=ITEM, filled=filled, key=uuid4())
    for actor in (head, office):
        workflow.agree(actor, case=case.uid, key=uuid4())
    assert Purchase.objects.get().state == Purchase.State.APPROVED

    here = {
        "plate": "浙JD66666", "vin": make_vin(70001), "price": Decimal(149000), "seats": 5, "bought_on": DAY,
        "registered_on": DAY,
    }  # fmt: skip

    def take():
        done = workflow.Filled(cleaned=here, values={name: str(value) for name, value in here.items()})
        return workflow.perform(keeper, case=case.uid, key=uuid4(), filled=done)

    with pytest.raises(Conflict, match="先处置后更新"):
        take()
    dispose(keeper, head, office, old)
    assert take().state == workflow.Case.State.COMPLETED
    car = Vehicle.objects.get(plate="浙JD66666")
    assert (car.category, car.energy, car.unit) == ("YJ", "electric", bureau)
    assert Purchase.objects.get().vehicle == car


@pytest.mark.usefixtures("_rules")
def test_what_is_barred_cannot_be_handed_in(bureau):
    with pytest.raises(services.BeyondStandard, match="将超编制"):
        services.ask(case=uuid4(), asked=asked(bureau), brand="车", reason="")


def test_the_table_leads_to_the_cars_and_the_file_prints(client, bureau, hired_keeper):
    car = make_vehicle(bureau)
    make_trip(bureau, vehicle=car)
    browser = signed_in(client, hired_keeper)

    table = browser.get(reverse("fleet:standing"), {"only": "over"}).content.decode()
    assert f"unit={bureau.uid}&amp;category=YJ" in table
    life = browser.get(reverse("fleet:vehicle-detail", args=[car.uid]), {"tab": "履历"}).content.decode()
    assert f"启用 {car.plate}" in life
    paper = browser.get(reverse("fleet:car_file"), {"vehicle": car.uid})
    assert paper.content.startswith(b"%PDF")


def test_the_file_of_another_units_car_is_not_there(client, rival_bureau, hired_keeper):
    car = make_vehicle(rival_bureau)

    assert signed_in(client, hired_keeper).get(reverse("fleet:car_file"), {"vehicle": car.uid}).status_code == 404
