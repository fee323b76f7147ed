"""The ledger: numbers, stock, hand-over — and who may not touch what."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction

from jishu.apps.asset import selectors, services
from jishu.apps.asset.models import Card
from jishu.platform.audit.api import entries_about, verbs_about
from jishu.platform.identity.api import system_actor
from jishu.platform.lib.errors import Conflict, Missing

from .makers import make_card, make_category

pytestmark = pytest.mark.django_db
PLATFORM = system_actor("测试", {"asset.add_card", "asset.change_card", "asset.import_card"})
GOOD = {"name": "台式计算机", "value": Decimal("4999.00"), "acquired_on": date(2026, 3, 5)}


def ledger_row(unit, category, **values):
    nobody = {"department_id": None, "user_id": None, "keeper_id": None}
    settled = {"unit_id": unit.id, "category_id": category.id, "number": "X-1", "source": "purchase", "state": "idle"}
    return GOOD | nobody | settled | values


def test_a_card_without_a_number_gets_the_next_of_its_series(bureau):
    category = make_category()

    first = services.register_card(PLATFORM, unit=bureau, category=category, **GOOD)
    second = services.register_card(PLATFORM, unit=bureau, category=category, **GOOD)

    assert first.number.endswith("-2026-000001")
    assert second.number.endswith("-2026-000002")
    assert verbs_about(first.uid) == ["card.registered"]


def test_a_number_is_given_once_in_a_unit_but_units_may_share_it(bureau, rival_bureau):
    card = make_card(bureau)

    with pytest.raises(services.NumberTaken):
        services.register_card(PLATFORM, unit=bureau, category=card.category, number=card.number, **GOOD)

    services.register_card(PLATFORM, unit=rival_bureau, category=card.category, number=card.number, **GOOD)


def test_what_is_in_use_has_a_user(bureau):
    card = make_card(bureau)

    with pytest.raises(services.UserRequired):
        services.amend_card(PLATFORM, card=card, state=Card.State.IN_USE)


def test_a_keeper_does_not_reach_into_another_unit(keeper, rival_bureau):
    card = make_card(rival_bureau)

    with pytest.raises(Missing):
        services.amend_card(keeper, card=card, name="改名")
    with pytest.raises(Missing):
        services.register_card(keeper, unit=rival_bureau, category=card.category, **GOOD)
    with pytest.raises(Missing):
        services.import_cards(keeper, rows=[ledger_row(rival_bureau, card.category)])


def test_a_keeper_does_not_move_a_card_out_of_reach(keeper, bureau, rival_bureau):
    card = make_card(bureau)

    with pytest.raises(Missing):
        services.amend_card(keeper, card=card, unit=rival_bureau)


def test_an_amendment_tells_what_changed(keeper, bureau):
    card = make_card(bureau, place="1号楼 305")

    services.amend_card(keeper, card=card, place="2号楼 101", remark="搬迁")

    fields = entries_about(card.uid)[0].changes[0]["fields"]
    assert fields == {"存放地点": ["1号楼 305", "2号楼 101"], "备注": ["", "搬迁"]}


def test_reserved_things_are_not_promised_twice(bureau):
    card = make_card(bureau)
    services.reserve(case=uuid4(), unit=bureau, category=card.category, quantity=1)

    with pytest.raises(services.NotInStock):
        services.reserve(case=uuid4(), unit=bureau, category=card.category, quantity=1)


def test_the_oldest_goes_first_and_a_class_includes_the_finer_ones(bureau):
    broad = make_category("办公设备")
    fine = make_category("打印机", parent=broad)
    newer = make_card(bureau, category=fine, acquired_on=date(2025, 1, 1))
    older = make_card(bureau, category=broad, acquired_on=date(2020, 1, 1))

    assert list(selectors.stock_of(bureau, broad)) == [older, newer]
    assert list(selectors.stock_of(bureau, fine)) == [newer]


def test_a_released_reservation_is_stock_again(bureau):
    card = make_card(bureau)
    case = uuid4()
    services.reserve(case=case, unit=bureau, category=card.category, quantity=1)

    services.release(case=case)

    assert list(selectors.stock_of(bureau, card.category)) == [card]


def test_the_keeper_may_hand_out_another_of_the_same_class(bureau, staff):
    category = make_category()
    reserved, other = make_card(bureau, category=category), make_card(bureau, category=category)
    case = uuid4()
    services.reserve(case=case, unit=bureau, category=category, quantity=1)

    services.issue(case=case, unit=bureau, category=category, numbers=[other.number], quantity=1)
    services.hand_over(case=case, user=staff.person, department=None, place="305")

    reserved.refresh_from_db()
    other.refresh_from_db()
    assert (reserved.state, reserved.reserved_for) == (Card.State.IDLE, None)
    assert (other.state, other.user, other.place) == (Card.State.IN_USE, staff.person, "305")


@pytest.mark.parametrize("wrong", ["of another class", "unknown", "too few", "in use"])
def test_wrong_cards_are_refused_and_the_reservation_stays(bureau, staff, wrong):
    category = make_category()
    reserved = make_card(bureau, category=category)
    case = uuid4()
    services.reserve(case=case, unit=bureau, category=category, quantity=1)
    numbers = {
        "of another class": [make_card(bureau).number],
        "unknown": ["NO-SUCH"],
        "too few": [],
        "in use": [make_card(bureau, category=category, state="in_use", user=staff.person).number],
    }[wrong]

    with pytest.raises(services.WrongCards), transaction.atomic():
        services.issue(case=case, unit=bureau, category=category, numbers=numbers, quantity=1)

    reserved.refresh_from_db()
    assert reserved.reserved_for == case


def test_a_reserved_card_keeps_its_state_until_the_case_ends(keeper, bureau, staff):
    card = make_card(bureau)
    services.reserve(case=uuid4(), unit=bureau, category=card.category, quantity=1)

    with pytest.raises(Conflict):
        services.amend_card(keeper, card=card, state=Card.State.IN_USE, user=staff.person)


@pytest.mark.django_db(transaction=True)
def test_the_last_thing_goes_to_one_of_many(bureau):
    card = make_card(bureau)
    won, lost, start = [], [], Barrier(8)

    def ask():
        start.wait()
        try:
            with transaction.atomic():
                services.reserve(case=uuid4(), unit=bureau, category=card.category, quantity=1)
            won.append(1)
        except services.NotInStock:
            lost.append(1)
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(won), len(lost)) == (1, 7)
