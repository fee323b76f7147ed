"""Actors are kept between requests, and never longer than the organisation stays as it is."""

from datetime import date

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from jishu.platform.identity.api import actor_of
from jishu.platform.identity.models import Account, Grant

from .makers import grant, make_account, make_person, make_unit

pytestmark = pytest.mark.django_db


def asking(account):
    request = RequestFactory().get("/")
    request.user = SimpleLazyObject(lambda: Account.objects.get(pk=account.pk))  # as the middleware gives it
    return actor_of(request)


@pytest.fixture
def account():
    return make_account(make_person(make_unit()))


def test_the_second_request_builds_nothing(account, django_assert_num_queries):
    first = asking(account)

    with django_assert_num_queries(1):
        second = asking(account)

    assert second is first


def test_a_grant_counts_from_the_next_request(account):
    assert not asking(account).may("identity.add_unit")

    held = grant(account.person, "identity.system", make_unit())
    assert asking(account).may("identity.add_unit")

    Grant.objects.filter(pk=held.pk).update(during=DateRange(date(2020, 1, 1), date(2021, 1, 1)))
    assert not asking(account).may("identity.add_unit")


def test_who_leaves_may_nothing_from_the_next_request(account):
    assert asking(account).permissions

    type(account.person).objects.filter(pk=account.person_id).update(left_on=date(2020, 2, 2))

    assert asking(account).permissions == frozenset()


def test_a_moved_unit_moves_the_scope(account):
    parent = make_unit()
    grant(account.person, "identity.system", parent)
    before = asking(account).scope("identity.add_unit").agency_ids

    child = make_unit(parent=parent)

    assert asking(account).scope("identity.add_unit").agency_ids == (*before, child.id)
