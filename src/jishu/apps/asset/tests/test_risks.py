"""Each risk finds what it is there for, and leaves alone what only looks like it."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jishu.apps.asset.models import AcceptanceLine, Card
from jishu.apps.asset.risks.contract import RISKS
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import ZONE, frozen
from jishu.platform.standards.tests.makers import make_edition, make_local_edition, make_rule

from .counting_makers import make_campaign, make_line
from .life_makers import make_purchase
from .makers import make_acceptance, make_card, make_category, make_disposal
from .pool_makers import make_listing

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)
BY_CODE = {one.code: one for one in RISKS}


@pytest.fixture(autouse=True)
def _in_june():
    with frozen(datetime(2026, 6, 15, 10, tzinfo=ZONE)):
        yield


def watch(code, **parameters):
    """Put the rule of a risk in force for everybody."""
    rule = make_rule(family="asset.risk", code=code.lower().replace("-", "_"))
    told = {"requirement": "应当如此"} | {name: str(value) for name, value in parameters.items()}
    make_edition(rule, parameters=told, severity="remind")
    return rule


def subjects(code):
    return [one.subject.uid for one in BY_CODE[code].find(DAY)]


def delivered(unit, *, category=None, quantity=1, total=5000, cards=1, **values):
    """An acceptance with one line, and the cards it became."""
    paper = make_acceptance(unit, total=Decimal(total), quantity=quantity, **values)
    category = category or make_category()
    line = AcceptanceLine.objects.create(
        acceptance=paper, category=category, name=category.name, quantity=quantity, total=Decimal(total)
    )
    on = paper.accepted_on
    for _ in range(cards):
        make_card(unit, category=category, line=line, acquired_on=on, voucher_number=paper.voucher_number)
    return paper


def test_too_dear_and_too_early_is_red(bureau):
    watch("RA-01", within_days=365)
    standard = make_rule(family="asset.equipment")
    make_edition(standard, price="5000")
    computers = make_category("台式计算机", use_rule=standard.code)
    below = make_category("一体机", parent=computers)
    dear = make_card(bureau, category=below, value=Decimal(5001), acquired_on=date(2026, 3, 1))
    make_card(bureau, category=computers, value=Decimal(5000), acquired_on=date(2026, 3, 1))
    make_card(bureau, category=computers, value=Decimal(9000), acquired_on=date(2020, 3, 1))
    make_card(bureau, category=computers, value=Decimal(9000), acquired_on=date(2026, 3, 1), source="donation")
    make_card(bureau, value=Decimal(90_000), acquired_on=date(2026, 3, 1))
    early = make_disposal(bureau, is_early=True)
    make_disposal(bureau, is_early=False)

    assert subjects("RA-01") == [dear.uid, early.uid]


def test_more_than_the_people_in_office_need(bureau, rival_bureau):
    watch("RA-01", within_days=365)
    standard = make_rule(family="asset.equipment")
    make_edition(standard, parameters={"price_max": "5000", "per_head": "1"})
    computers = make_category("台式计算机", use_rule=standard.code)
    one = {"category": computers, "value": Decimal(4000)}
    for unit in (bureau, rival_bureau):
        for _ in range(2):
            make_person(unit)
        make_card(unit, acquired_on=date(2020, 3, 1), **one)
        make_card(unit, acquired_on=date(2026, 2, 1), **one)
    beyond = [make_card(bureau, acquired_on=date(2026, month, 1), **one) for month in (3, 4)]
    make_card(rival_bureau, acquired_on=date(2026, 3, 1), state="retiring", **one)
    make_card(rival_bureau, acquired_on=date(2026, 3, 1), source="donation", **one)

    (found,) = BY_CODE["RA-01"].find(DAY)

    assert (found.subject.uid, found.unit) == (computers.uid, bureau.pk)
    assert [fact.text for fact in found.facts][:3] == ["2 件", "4 件", "2 件"]
    assert [fact.record.uid for fact in found.facts[3:]] == [one.uid for one in beyond]


def test_what_was_asked_for_is_judged_by_the_day_of_the_request(bureau):
    """It goes no further than its request until somebody has said why; what falls idle later is nobody's fault."""
    watch("RA-02", count=1, within_days=365)
    chairs = make_category("办公椅")
    make_card(bureau, category=chairs, idle_since=date(2026, 2, 1))
    asked = make_purchase(bureau, chairs, asked_on=date(2026, 1, 5))
    AcceptanceLine.objects.filter(acceptance=delivered(bureau, category=chairs)).update(purchase=asked)
    unasked = delivered(bureau, category=chairs)

    assert subjects("RA-02") == [unasked.uid]


def test_buying_while_the_like_lies_idle(bureau, rival_bureau):
    watch("RA-02", count=1, within_days=365)
    chairs, desks, lamps = (make_category(name) for name in ("办公椅", "办公桌", "台灯"))
    make_card(bureau, category=chairs, idle_since=date(2024, 3, 5))
    make_card(bureau, category=lamps, acquired_on=date(2024, 3, 5), idle_since=DAY)  # still in use that day
    listed = make_card(rival_bureau, category=desks)
    make_listing(rival_bureau, card=listed, listed_on=date(2026, 2, 1), until=date(2026, 9, 1))
    make_card(rival_bureau, category=lamps, acquired_on=date(2024, 3, 5))  # not ours, not offered
    though_idle = delivered(bureau, category=chairs)
    though_pooled = delivered(bureau, category=desks)
    delivered(bureau, category=lamps)
    delivered(bureau, category=chairs, remark="椅子破损，不能使用")
    delivered(bureau, category=chairs, source="donation")

    assert subjects("RA-02") == [though_idle.uid, though_pooled.uid]


def test_accepted_and_on_no_voucher(bureau):
    watch("RA-03", days=30)
    forgotten = delivered(bureau, accepted_on=date(2026, 5, 15))
    delivered(bureau, accepted_on=date(2026, 5, 16))
    delivered(bureau, accepted_on=date(2026, 3, 5), voucher_number="2026-记-31")
    booked_by_card = delivered(bureau, accepted_on=date(2026, 3, 5))
    Card.objects.filter(line__acceptance=booked_by_card).update(voucher_number="2026-记-32")
    delivered(bureau, accepted_on=date(2026, 3, 5), state="undone", cards=0)

    assert subjects("RA-03") == [forgotten.uid]


def test_missing_and_nothing_done(bureau):
    watch("RA-04", days=60)
    campaign = make_campaign(bureau)
    counted = {"result": "missing", "counted_by": make_person(bureau), "reason": "搬家遗失"}
    long_ago, lately = (datetime(2026, month, 1, 10, tzinfo=ZONE) for month in (4, 6))
    left = make_line(campaign, counted_at=long_ago, **counted)
    make_line(campaign, counted_at=lately, **counted)
    make_line(campaign, make_card(bureau, state="retired"), counted_at=long_ago, **counted)
    found_again = make_line(campaign, counted_at=long_ago, **counted)
    make_line(make_campaign(bureau), found_again.card, counted_at=lately, **counted | {"result": "found"})

    assert subjects("RA-04") == [left.card.uid]


def test_income_that_was_not_paid_in(bureau):
    watch("RA-05", days=30)
    late = {"disposed_on": date(2026, 5, 15), "pay_by": date(2026, 6, 14), "income": Decimal(80)}
    kept = make_disposal(bureau, **late)
    make_disposal(bureau, **late | {"disposed_on": date(2026, 5, 16)})
    make_disposal(bureau, **late, paid_on=date(2026, 6, 1), paid_voucher="缴-1")
    make_disposal(bureau, disposed_on=date(2026, 3, 5))

    assert subjects("RA-05") == [kept.uid]


def test_what_a_leaver_left_behind_is_one_finding_for_each_unit(bureau, rival_bureau):
    watch("RA-06")
    leaver, stayer, going = (make_person(bureau) for _ in range(3))
    leaver.left_on, going.left_on = date(2026, 6, 1), date(2026, 7, 1)
    leaver.save()
    going.save()
    make_card(bureau, state="in_use", user=leaver)
    make_card(bureau, keeper=leaver)
    make_card(rival_bureau, keeper=leaver)
    make_card(bureau, state="retired", user=leaver)
    make_card(bureau, state="in_use", user=stayer)
    make_card(bureau, state="in_use", user=going)

    found = list(BY_CODE["RA-06"].find(DAY))

    assert {(one.subject.uid, one.unit) for one in found} == {
        (leaver.uid, bureau.pk), (leaver.uid, rival_bureau.pk)
    }  # fmt: skip
    assert {fact.text for one in found for fact in one.facts} >= {"2 件", "1 件"}


def test_idle_for_long_and_not_offered(bureau):
    watch("RA-07", days=180)
    chairs = make_category("办公椅")
    make_card(bureau, category=chairs, idle_since=date(2025, 1, 5))
    make_card(bureau, category=chairs, idle_since=date(2025, 9, 5))
    make_card(bureau, category=chairs, acquired_on=date(2020, 1, 5), idle_since=date(2026, 5, 9))
    make_listing(bureau, card=make_card(bureau, category=chairs, idle_since=date(2025, 1, 5)))
    make_card(bureau, idle_since=date(2026, 5, 5))

    (found,) = BY_CODE["RA-07"].find(DAY)

    assert (found.subject.uid, found.unit) == (chairs.uid, bureau.pk)
    assert [fact.text for fact in found.facts][0:3:2] == ["2 件", "2025年1月5日"]


def test_orders_that_are_small_one_by_one_and_large_together(bureau, rival_bureau):
    watch("RA-08")
    limits = make_rule(family="procurement.threshold", code="central")
    make_edition(limits, parameters={"open_tender_goods_services": "2000000"})
    servers, desks = make_category("服务器"), make_category("办公桌")
    days = [date(2026, month, 5) for month in (2, 3, 4, 5)]
    orders = [delivered(bureau, category=servers, total=900_000, cards=0, accepted_on=day) for day in days]
    delivered(bureau, category=desks, total=2_100_000, cards=0)
    for year in (2025, 2026):
        delivered(rival_bureau, category=servers, total=1_500_000, cards=0, accepted_on=date(year, 3, 5))

    assert subjects("RA-08") == [orders[2].uid]


def test_sold_far_below_its_assessment(bureau):
    watch("RA-09", share="0.9")
    sold = {"mode": "sold", "assessed": Decimal(1000), "pay_by": DAY}
    cheap = make_disposal(bureau, income=Decimal(899), **sold)
    make_disposal(bureau, income=Decimal(900), **sold)
    make_disposal(bureau, mode="scrapped", income=Decimal(10), pay_by=DAY)

    assert subjects("RA-09") == [cheap.uid]


@pytest.mark.parametrize("risk", RISKS, ids=lambda one: one.code)
def test_where_no_edition_is_in_force_nothing_is_found(risk, bureau):
    delivered(bureau, accepted_on=date(2025, 1, 5))
    make_disposal(bureau, is_early=True, disposed_on=date(2026, 3, 1), income=Decimal(1), pay_by=date(2026, 3, 9))

    assert list(risk.find(DAY)) == []


def test_a_unit_is_watched_by_its_own_edition_and_in_few_queries(bureau, rival_bureau, district):
    rule = watch("RA-03", days=30)
    since = DAY - timedelta(days=100)
    make_local_edition(rival_bureau, rule, parameters={"requirement": "本级", "days": "5"}, severity="remind",
                       since=since)  # fmt: skip
    for unit in (bureau, rival_bureau):
        for _ in range(3):
            delivered(unit, accepted_on=date(2026, 6, 1))

    with CaptureQueriesContext(connection) as seen:
        found = list(BY_CODE["RA-03"].find(DAY))

    assert {one.unit for one in found} == {rival_bureau.pk}
    assert len(found) == 3
    assert len(seen) <= 6
