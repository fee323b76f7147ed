"""Which rule holds: by day, by nearness, from memory — and how a case keeps it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from jishu.platform.identity.models import Unit
from jishu.platform.identity.tests.makers import make_department, make_unit
from jishu.platform.lib.tracing import request_id
from jishu.platform.standards.api import Severity, ruling, ruling_of
from jishu.platform.standards.models import Edition

from .makers import make_edition, make_local_edition, make_rule

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def price(rule, unit, on=TODAY):
    found = ruling(rule.code, on=on, unit=unit)
    return found and found.parameters["price_max"]


def test_a_rule_holds_from_its_day_until_the_next_edition(bureau):
    rule = make_rule()
    make_edition(rule, price="5000", since=date(2016, 7, 1), until=date(2026, 1, 1))
    make_edition(rule, price="4500", since=date(2026, 1, 1))

    assert price(rule, bureau, on=date(2016, 6, 30)) is None
    assert price(rule, bureau, on=date(2016, 7, 1)) == 5000
    assert price(rule, bureau, on=date(2025, 12, 31)) == 5000
    assert price(rule, bureau, on=date(2026, 1, 1)) == 4500


@pytest.mark.parametrize("state", ["off", "replaced"])
def test_what_is_off_rules_nothing(bureau, state):
    assert price(make_edition(state=state).rule, bureau) is None


def test_what_is_not_verified_rules_nothing(bureau):
    assert price(make_edition(state="unverified", verification="part").rule, bureau) is None


def test_a_code_of_no_family_is_a_slip_of_the_pen(bureau):
    with pytest.raises(KeyError):
        ruling("asset.equipmint.desktop", on=TODAY, unit=bureau)


def test_the_nearest_unit_comes_first(district, bureau, rival_bureau):
    rule = make_rule()
    department = make_department(bureau)
    make_edition(rule, price="5000")
    assert price(rule, department) == 5000

    make_local_edition(district, rule, price="4800")
    make_local_edition(bureau, rule, price="4600")

    assert price(rule, department) == price(rule, bureau) == 4600
    assert price(rule, rival_bureau) == price(rule, district) == 4800


def test_the_narrowest_region_comes_before_the_country():
    province = make_unit("某省", kind=Unit.Kind.REGION)
    Unit.objects.filter(pk=province.pk).update(code="340000")
    city = make_unit("某市", parent=province, kind=Unit.Kind.REGION)
    Unit.objects.filter(pk=city.pk).update(code="340100")
    agency, elsewhere = make_unit(parent=city), make_unit(parent=province)
    rule = make_rule()
    make_edition(rule, price="5000")
    make_edition(rule, price="4000", region="34", region_name="某省")
    make_edition(rule, price="4200", region="3401", region_name="某市")
    make_edition(rule, price="9000", region="33", region_name="他省")

    assert price(rule, agency) == 4200
    assert price(rule, elsewhere) == 4000


def test_it_speaks_in_sentences_with_its_source(bureau):
    edition = make_edition(make_rule("台式计算机"), parameters={"price_max": "5000", "years_min": "6"})
    document = edition.clause.document

    found = ruling(edition.rule.code, on=TODAY, unit=bureau)

    assert (
        found.sentence
        == f"依据《{document.name}》（{document.number}）第九条：台式计算机单价上限 5,000 元，最低使用年限 6 年。"
    )
    assert found.severity is Severity.EXPLAIN
    assert found.parameters["years_min"] == Decimal(6)
    assert found.edition == edition.uid


def test_a_case_keeps_the_ruling_it_was_judged_by(bureau):
    edition = make_edition()
    judged_by = ruling(edition.rule.code, on=TODAY, unit=bureau)
    kept = judged_by.snapshot()

    Edition.objects.filter(pk=edition.pk).update(state="off")

    assert ruling(edition.rule.code, on=TODAY, unit=bureau) is None
    assert ruling_of(kept) == judged_by


def test_a_request_asks_the_database_once(bureau):
    rules = [make_edition().rule for _ in range(3)]
    ruling(rules[0].code, on=TODAY, unit=bureau)
    token = request_id.set("0123456789AB")

    with CaptureQueriesContext(connection) as seen:
        for rule in rules:
            assert ruling(rule.code, on=TODAY, unit=bureau)
    request_id.reset(token)

    assert len(seen) == 1


def test_a_change_is_seen_at_once_and_one_that_was_undone_is_not(bureau):
    edition = make_edition(price="5000")
    assert price(edition.rule, bureau) == 5000

    with transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(state="off")
        assert price(edition.rule, bureau) is None
        transaction.set_rollback(True)

    assert price(edition.rule, bureau) == 5000


@pytest.mark.parametrize("change", [{"parameters": {"price_max": "1"}}, {"severity": "block"}, {"region": "33"}])
def test_what_an_edition_says_is_final(change):
    edition = make_edition()

    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        edition.delete()


def test_not_verified_and_in_force_cannot_be_stored():
    with pytest.raises(IntegrityError, match="edition_in_force_is_verified_or_confirmed"):
        make_edition(verification="part")


PERIOD = st.tuples(st.integers(0, 40), st.integers(1, 20), st.sampled_from(["", "33", "3310"]))


class OneInForce(TestCase):
    """However editions are put in, two never hold for one rule and scope on one day."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(PERIOD, max_size=8))
    def test_no_two_editions_in_force_overlap(self, periods):
        rule, began = make_rule(), date(2020, 1, 1)
        for start, length, region in periods:
            since = began + timedelta(days=start)
            until = since + timedelta(days=length)
            try:
                with transaction.atomic():
                    make_edition(rule, since=since, until=until, region=region)
            except IntegrityError as refused:
                assert "edition_one_in_force_per_scope" in str(refused)  # noqa: PT017

        held = list(Edition.objects.filter(rule=rule, state="in_force"))
        for day in range(62):
            on = began + timedelta(days=day)
            scopes = [one.region for one in held if one.during.lower <= on < one.during.upper]
            assert len(scopes) == len(set(scopes))
