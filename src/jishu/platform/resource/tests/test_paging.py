"""Turning pages: every row once, in order, forwards and back, with ties and empty values."""

import random
from datetime import date

import pytest

from jishu.platform.identity.models import Person
from jishu.platform.resource.paging import Cursor, Order, StaleCursor, _parts, read

pytestmark = pytest.mark.django_db
DAYS = [None, None, date(2024, 1, 1), date(2024, 2, 2), date(2024, 3, 3)]


@pytest.fixture
def people():
    chance = random.Random(7)  # noqa: S311 - chance for data, not for keys
    Person.objects.bulk_create(
        Person(code=f"P{number}", name=f"人{number}", name_key=f"k{chance.randrange(6)}", left_on=chance.choice(DAYS))
        for number in range(41)
    )
    return Person.objects.all()


ORDERS = [
    Order(path, descending, nullable)
    for path, nullable in (("left_on", True), ("name_key", False), ("id", False))
    for descending in (False, True)
]


def turn(people, order: Order, cursor: Cursor | None, size: int):
    return read(people, order, cursor, size=size, paths=("code",), field=Person._meta.get_field(order.path))


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
@pytest.mark.parametrize("size", [1, 4, 40, 41, 50])
def test_all_rows_once_forwards_and_back(people, order, size):
    expected = [person.code for person in people.order_by(*order.terms())]

    pages = [turn(people, order, None, size)]
    while pages[-1].next:
        pages.append(turn(people, order, pages[-1].next, size))
    assert [row[0] for page in pages for row in page.rows] == expected

    back = pages[-1]
    for earlier in reversed(pages[:-1]):
        back = turn(people, order, back.previous, size)
        assert back.rows == earlier.rows
    assert back.previous is None


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.name)
def test_a_position_survives_sealing(people, order):
    page = turn(people, order, None, 20)
    field = Person._meta.get_field(order.path)

    opened = Cursor.opened(page.next.sealed("here"), "here", field)

    assert opened == page.next


def test_a_position_is_good_for_one_list_in_one_order_and_tells_no_key(people):
    cursor = turn(people, ORDERS[0], None, 20).next
    sealed = cursor.sealed("identity.person:left_on")

    assert str(cursor.key) not in sealed
    for wrong in (sealed[:-4] + "AAAA", "", "gAAA", "位置"):
        with pytest.raises(StaleCursor):
            Cursor.opened(wrong, "identity.person:left_on", Person._meta.get_field("left_on"))
    with pytest.raises(StaleCursor):
        Cursor.opened(sealed, "identity.person:-left_on", Person._meta.get_field("left_on"))


def test_rows_that_vanish_between_two_pages_leave_no_gap(people):
    order = ORDERS[2]
    first = turn(people, order, None, 10)
    Person.objects.filter(code__in=[row[0] for row in first.rows]).delete()

    second = turn(people, order, first.next, 10)

    assert [row[0] for row in second.rows] == [one.code for one in people.order_by(*order.terms())[:10]]
    assert turn(people, order, second.previous, 10).rows == second.rows


def test_a_tie_is_one_range_of_the_index(people):
    """The condition compares pairs; written out with OR it would read every tie again."""
    cursor = turn(people, ORDERS[2], None, 10).next
    condition = next(_parts(ORDERS[2], cursor, Person._meta.get_field("name_key")))

    sql = str(people.filter(condition).query)

    assert '("identity_person"."name_key", "identity_person"."id") > (' in sql
