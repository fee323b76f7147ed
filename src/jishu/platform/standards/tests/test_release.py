"""What ships with the package: complete, off where nobody verified it, loaded with care."""

from copy import deepcopy
from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import hire

from jishu.platform.audit.api import Entry
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.standards import reference, services
from jishu.platform.standards.api import ruling
from jishu.platform.standards.families import FAMILIES
from jishu.platform.standards.models import Edition
from jishu.platform.standards.release import compose, read_release

from .makers import make_local_edition

TODAY = date(2026, 11, 22)
CODE = "asset.equipment.desktop"
DOCUMENTS = {
    "standard": {"name": "配置标准", "number": "财资〔2016〕27号", "effective": date(2016, 7, 1), "verified": True}
}
ROW = {"code": "desktop", "title": "台式计算机", "price_max": 5000, "verified": True}


def release(*rows, documents=DOCUMENTS):
    group = {"family": "asset.equipment", "document": "standard", "clause": "附表", "severity": "explain"}
    return compose(deepcopy(documents), [group | {"editions": [ROW | row for row in rows]}])


def price(unit, on=TODAY):
    found = ruling(CODE, on=on, unit=unit)
    return found and found.parameters["price_max"]


def states():
    return list(Edition.objects.order_by("id").values_list("state", flat=True))


def decide(edition, district, *, on):
    maker, checker = hire("鲁总管", district, "standards.maker"), hire("程总核", district, "standards.checker")
    proposal = services.propose_switch(maker, edition=edition, on=on, reason="已核对原件")
    services.confirm_change(checker, proposal=proposal)


def test_every_family_has_rules_and_every_rule_a_sentence():
    shipped = read_release().editions

    assert {".".join(one.code.split(".")[:2]) for one in shipped} == set(FAMILIES)
    assert len(shipped) > 300


@pytest.mark.django_db
def test_what_ships_loads_once_and_then_changes_nothing():
    reference.sync()
    before = list(Edition.objects.order_by("id").values())
    entries = Entry.objects.count()

    with CaptureQueriesContext(connection) as seen:
        reference.sync()

    assert list(Edition.objects.order_by("id").values()) == before
    assert Entry.objects.count() == entries
    assert len(seen) <= 5


@pytest.mark.django_db
def test_what_nobody_verified_is_off():
    reference.sync()

    assert not Edition.objects.filter(state="in_force").exclude(verification="full")
    assert Edition.objects.filter(state="unverified").count() > 50
    assert not Edition.objects.filter(state="in_force").exclude(region="")


@pytest.mark.django_db
def test_a_new_value_is_a_new_edition(bureau):
    reference.load(release({}))
    judged_by = ruling(CODE, on=TODAY, unit=bureau)

    reference.load(release({"price_max": 4800}))

    assert price(bureau) == 4800
    assert states() == ["replaced", "in_force"]
    assert Edition.objects.get(uid=judged_by.edition).parameters["price_max"] == "5000"


@pytest.mark.django_db
def test_a_later_edition_ends_the_earlier_one(bureau):
    reference.load(release({}))
    reference.load(release({}, {"price_max": 4500, "since": date(2027, 1, 1)}))

    assert price(bureau) == 5000
    assert price(bureau, on=date(2027, 1, 1)) == 4500
    assert states() == ["in_force", "in_force"]


@pytest.mark.django_db
def test_verifying_a_value_puts_it_in_force_without_a_new_edition(bureau):
    reference.load(release({"verified": False}))
    assert price(bureau) is None

    reference.load(release({}))

    assert price(bureau) == 5000
    assert Edition.objects.count() == 1


@pytest.mark.django_db
def test_what_a_unit_adjusted_survives(bureau, rival_bureau):
    reference.load(release({}))
    make_local_edition(bureau, Edition.objects.get().rule, price="4000")

    reference.load(release({"price_max": 4800}))
    reference.load(release())

    assert price(bureau) == 4000
    assert price(rival_bureau) is None


@pytest.mark.django_db
def test_what_people_switched_off_stays_off(bureau, district):
    reference.load(release({}))
    with frozen(datetime(2026, 11, 22, 9, tzinfo=ZONE)):
        decide(Edition.objects.get(), district, on=False)

    reference.load(release({}))
    assert price(bureau) is None
    for _ in range(2):
        reference.load(release({"price_max": 4800}))
        assert price(bureau) is None
        assert states() == ["replaced", "off"]


@pytest.mark.django_db
def test_what_people_confirmed_stays_until_something_verified_follows(bureau, district):
    reference.load(release({"verified": False}))
    decide(Edition.objects.get(), district, on=True)

    for _ in range(2):
        reference.load(release({"verified": "part", "price_max": 4800}))
        assert price(bureau) == 5000
        assert states() == ["in_force", "unverified"]
    reference.load(release({"price_max": 4800}))

    assert price(bureau) == 4800
    assert states() == ["replaced", "in_force"]


@pytest.mark.django_db
def test_another_regions_rule_is_a_sample(bureau):
    reference.load(release({}, {"region": {"code": "5113", "name": "南充市"}, "price_max": 5500, "enabled": False}))

    assert price(bureau) == 5000
    assert set(states()) == {"in_force", "off"}
