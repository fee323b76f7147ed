"""Signing in: the lock, the same work whoever is named, and what is left behind."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jishu.platform.audit.api import Entry
from jishu.platform.identity import login, passwords
from jishu.platform.identity.api import system_actor
from jishu.platform.identity.models import Account, Policy, SecurityEvent
from jishu.platform.identity.tests.makers import PASSWORD, make_account, make_person, make_unit
from jishu.platform.lib.clock import frozen, now, today

pytestmark = pytest.mark.django_db
RIGHT = {"username": "li", "password": PASSWORD}


@pytest.fixture
def account(db):
    return make_account(make_person(make_unit(), "李建国"), "li", factor=False)


def knock(client, username="li", password=PASSWORD, **more):
    return client.post("/login/", {"username": username, "password": password}, **more)


def test_five_wrong_passwords_lock_the_account_for_a_while(client, account):
    for _ in range(5):
        assert knock(client, password="wrong").status_code == 422

    assert knock(client).status_code == 422
    with frozen(now() + timedelta(minutes=16)):
        assert knock(client).status_code == 302


def test_signing_in_clears_the_failures_and_is_on_record(client, account):
    knock(client, password="wrong")
    knock(client, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537", REMOTE_ADDR="10.1.2.3")

    account.refresh_from_db()
    assert account.failures == 0
    verbs = Entry.objects.filter(actor_uid=account.person.uid).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["account.sign_in_failed", "account.signed_in"]
    last = account.person.security_events.first()
    assert (last.kind, last.address, last.device) == ("signed_in", "10.1.2.3", "Chrome · Windows")


def test_the_policy_says_how_many_failures_lock(client, account):
    Policy.objects.create(since=today(), lock_after=3, reason="试验")
    for _ in range(3):
        knock(client, password="wrong")

    assert knock(client).status_code == 422


def test_one_address_cannot_try_many_accounts(client, account):
    Policy.objects.create(since=today(), address_failures=10, reason="试验")
    for number in range(10):
        knock(client, username=f"guess{number}", REMOTE_ADDR="10.9.9.9")

    assert knock(client, REMOTE_ADDR="10.9.9.9").status_code == 422
    assert knock(client, REMOTE_ADDR="10.9.9.8").status_code == 302


def _closed(account):
    Account.objects.filter(pk=account.pk).update(is_active=False)


def _locked(account):
    Account.objects.filter(pk=account.pk).update(locked_until=now() + timedelta(minutes=5))


def _left(account):
    account.person.left_on = today()
    account.person.save()


def _overdue(account):
    Account.objects.filter(pk=account.pk).update(one_time_until=now() - timedelta(hours=1))


@pytest.mark.parametrize(
    ("prepare", "typed"),
    [
        (None, {"username": "nobody", "password": PASSWORD}),
        (None, {"username": "li", "password": "wrong"}),
        (_locked, RIGHT),
        (_closed, RIGHT),
        (_left, RIGHT),
        (_overdue, RIGHT),
    ],
    ids=["unknown", "wrong", "locked", "closed", "left", "overdue"],
)
def test_every_refusal_does_the_same_work(rf, account, prepare, typed, monkeypatch):
    """Same statements, same hashing: a stopwatch tells nothing about who has an account."""
    login._unmatched()
    checked = []
    verify = hashers.Argon2PasswordHasher.verify

    def counted(self, password, encoded):
        checked.append(encoded.split("$")[1:4])  # kind, version and cost
        return verify(self, password, encoded)

    monkeypatch.setattr(hashers.Argon2PasswordHasher, "verify", counted)
    if prepare:
        prepare(account)

    with CaptureQueriesContext(connection) as seen:
        assert login.LockoutBackend().authenticate(rf.post("/login/"), **typed) is None

    shapes = [" ".join(query["sql"].split()[:3]) for query in seen]
    assert checked == [login._unmatched().split("$")[1:4]]
    assert [shape for shape in shapes if not shape.startswith(("SAVEPOINT", "RELEASE"))] == [
        'SELECT "identity_policy"."id", "identity_policy"."uid",',  # what holds today
        "SELECT COUNT(*) FROM",  # failures from this address
        f"SELECT pg_advisory_xact_lock({login._ATTEMPT}, hashtext('{typed['username']}'))",
        'SELECT "identity_account"."id", "identity_account"."password",',
        'UPDATE "identity_account" SET',
        'INSERT INTO "identity_securityevent"',
        "SELECT id, length,",
        "WITH linked AS",
    ]


def test_an_unknown_name_is_written_nowhere(client, account):
    knock(client, username="my-secret-password")

    event = SecurityEvent.objects.get()
    assert (event.person, event.kind, event.detail) == (None, "failed", "")
    assert Entry.objects.latest("id").actor_name == "未知账号"


def test_behind_a_proxy_only_its_own_word_counts(client, account, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    knock(client, password="wrong", HTTP_X_FORWARDED_FOR="1.1.1.1, 10.4.5.6")

    assert SecurityEvent.objects.get().address == "10.4.5.6"


def test_a_one_time_password_opens_until_it_is_overdue(client, account):
    boss = make_person(make_unit())
    actor = system_actor("测试", {"identity.reset_password"})
    object.__setattr__(actor, "person", boss)
    _, issued = passwords.reset_password(actor, person=account.person)

    with frozen(now() + timedelta(hours=73)):
        assert knock(client, password=issued).status_code == 422
    assert knock(client, password=issued).status_code == 302
    assert client.get("/")["Location"].startswith("/account/password/")


@pytest.mark.django_db(transaction=True)
def test_guesses_made_at_once_are_counted_one_by_one(account):
    """Ten wrong ones in parallel: not one failure is lost, so the lock cannot be outrun."""
    start = threading.Barrier(6)

    def guess():
        start.wait(5)
        login.LockoutBackend().authenticate(None, username="li", password="wrong")
        connection.close()

    threads = [threading.Thread(target=guess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    account.refresh_from_db()
    assert account.locked_until is not None
    assert SecurityEvent.objects.filter(kind="locked").count() == 1
