"""Sessions: stored by hash, ended by idleness and by will, never fixed by somebody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jishu.platform.identity import passwords, sessions, staffing
from jishu.platform.identity.api import actor_for, system_actor
from jishu.platform.identity.models import Account, Policy, Session
from jishu.platform.identity.tests.makers import PASSWORD, grant, make_account, make_person, make_unit
from jishu.platform.lib.clock import frozen, now, today
from jishu.platform.lib.errors import Missing

pytestmark = pytest.mark.django_db
COOKIE = "jishu_seat"
GOOD = "Hu3-Yun-Xie"


@pytest.fixture
def unit(db):
    return make_unit()


@pytest.fixture
def account(unit):
    return make_account(make_person(unit, "李建国"), "li", factor=False)


def browser(username="li", password=PASSWORD) -> Client:
    client = Client()
    assert client.post("/login/", {"username": username, "password": password}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def test_the_key_in_the_cookie_is_not_in_the_database(account):
    key = browser().cookies[COOKIE].value

    assert Session.objects.get().session_key != key
    assert not Session.objects.filter(session_data__contains=key).exists()


def test_a_key_given_by_somebody_else_is_worth_nothing(account, client):
    client.cookies[COOKIE] = "fixedbyanattacker0000000000000001"
    client.post("/login/", {"username": "li", "password": PASSWORD})

    assert client.cookies[COOKIE].value != "fixedbyanattacker0000000000000001"
    thief = Client()
    thief.cookies[COOKIE] = "fixedbyanattacker0000000000000001"
    assert not is_in(thief)


def test_idle_sessions_end_and_used_ones_stay(account):
    client = browser()
    begun = now()

    for minutes in (20, 40, 60):
        with frozen(begun + timedelta(minutes=minutes)):
            assert is_in(client)
    with frozen(begun + timedelta(minutes=91)):
        assert not is_in(client)


def test_what_a_page_asks_for_by_itself_keeps_nobody_signed_in(account):
    client = browser()
    begun = now()

    with frozen(begun + timedelta(minutes=20)):
        assert client.get("/me/", headers={"X-Unattended": "1"}).status_code == 200
    with frozen(begun + timedelta(minutes=31)):
        assert not is_in(client)


def test_no_session_outlives_a_long_day(account):
    client = browser()
    begun = now()
    for minutes in range(20, 12 * 60, 20):
        with frozen(begun + timedelta(minutes=minutes)):
            assert is_in(client)

    with frozen(begun + timedelta(hours=12, minutes=1)):
        assert not is_in(client)


def test_the_policy_says_how_long_one_may_be_idle(account):
    client = browser()
    Policy.objects.create(since=today(), idle_minutes=5, reason="试验")

    with frozen(now() + timedelta(minutes=6)):
        assert not is_in(client)


def test_being_seen_is_written_once_a_minute_and_costs_no_reading(account):
    client = browser()
    client.get("/account/")
    begun = now()

    def writes(seconds):
        with frozen(begun + timedelta(seconds=seconds)), CaptureQueriesContext(connection) as seen:
            client.get("/account/")
        return [query["sql"] for query in seen if "identity_session" in query["sql"] and "COUNT" not in query["sql"]]

    assert [sql.split()[0] for sql in writes(10)] == ["SELECT"]
    assert [sql.split()[0] for sql in writes(70)] == ["SELECT", "UPDATE"]
    assert [sql.split()[0] for sql in writes(80)] == ["SELECT"]


@pytest.mark.parametrize("how", ["password", "reset", "disabled", "left", "ended"])
def test_every_session_ends_when_it_must(account, unit, how):
    other, here = browser(), browser()
    chief = make_person(unit)
    grant(chief, "identity.system", unit)
    actor = actor_for(account.person)
    match how:
        case "password":
            passwords.change_password(actor, old=PASSWORD, new=GOOD)
        case "reset":
            passwords.reset_password(actor_for(chief), person=account.person)
        case "disabled":
            Account.objects.filter(pk=account.pk).update(is_active=False)
        case "left":
            leaver = system_actor("测试", {"identity.change_person"})
            staffing.record_departure(leaver, person=account.person, on=today())
        case "ended":
            sessions.end_sessions_of(actor_for(chief), person=account.person)

    assert not is_in(other)
    assert not is_in(here)


def test_ending_the_others_leaves_this_one(account):
    other, here = browser(), browser()

    sessions.end_other_sessions(actor_for(account.person), keep=here.session.uid)

    assert is_in(here)
    assert not is_in(other)


def test_nobody_ends_the_session_of_another(account, unit):
    make_account(make_person(unit), "wang", factor=False)
    foreign = browser("wang")

    with pytest.raises(Missing):
        sessions.end_own_session(actor_for(account.person), uid=foreign.session.uid)
    assert is_in(foreign)


def test_new_powers_give_the_session_a_new_key(account, unit):
    client = browser()
    assert is_in(client)
    before = client.cookies[COOKIE].value

    grant(account.person, "asset.keeper", unit)
    assert is_in(client)

    assert client.cookies[COOKIE].value != before
    stolen = Client()
    stolen.cookies[COOKIE] = before
    assert not is_in(stolen)
    assert is_in(client)
    assert Session.objects.filter(account=account).count() == 1
