"""API tokens: part of a person's own powers, for a while, shown once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jishu.platform.identity import staffing, tokens
from jishu.platform.identity.api import actor_for, system_actor
from jishu.platform.identity.models import Account, ApiToken, Grant, Policy
from jishu.platform.identity.tests.makers import grant, make_account, make_person, make_unit
from jishu.platform.lib.clock import frozen, now, today
from jishu.platform.lib.errors import DomainError, Missing

pytestmark = pytest.mark.django_db
AUDIT = "/api/v1/audit/entry/"
UNITS, PEOPLE = "/api/v1/identity/unit/", "/api/v1/identity/person/"


@pytest.fixture
def unit(db):
    return make_unit()


@pytest.fixture
def account(unit):
    return make_account(make_person(unit, "李建国"), "li")


@pytest.fixture
def secret(account):
    return make(account)


def make(account, *permissions, days=30) -> str:
    chosen = permissions or ("identity.view_unit",)
    return tokens.make_token(actor_for(account.person), name="同步程序", permissions=chosen, days=days)[1]


def call(secret, address=UNITS, **more):
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"}, **more)


def test_a_token_opens_what_it_was_made_for_and_nothing_else(secret):
    assert call(secret).status_code == 200
    assert call(secret, PEOPLE).status_code == 403
    assert Client().get("/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 302


def test_only_the_hash_is_kept(secret):
    token = ApiToken.objects.get()

    assert secret.startswith(token.hint)
    assert len(token.hint) < 12
    assert not [field.name for field in token._meta.concrete_fields if str(getattr(token, field.attname)) == secret]


def test_nobody_hands_on_what_they_may_not_do(account):
    with pytest.raises(DomainError, match="您自己拥有"):
        make(account, "audit.view_entry")
    with pytest.raises(DomainError, match="您自己拥有"):
        make(account, "identity.add_grant")


def test_what_the_owner_may_no_longer_do_the_token_may_not_either(account, unit):
    grant(account.person, "identity.audit", unit)
    secret = make(account, "audit.view_entry")
    assert call(secret, AUDIT).status_code == 200

    Grant.objects.update(revoked_at=now())
    assert call(secret, AUDIT).status_code == 403


def test_what_the_owner_is_granted_later_the_token_does_not_get(account, unit, secret):
    grant(account.person, "identity.audit", unit)

    assert call(secret, AUDIT).status_code == 403


@pytest.mark.parametrize("how", ["revoked", "expired", "disabled", "left", "must_change"])
def test_a_token_ends_when_it_must(account, secret, how):
    moment = now()
    match how:
        case "revoked":
            tokens.revoke_token(actor_for(account.person), token=ApiToken.objects.get())
        case "expired":
            moment += timedelta(days=32)
        case "disabled":
            Account.objects.update(is_active=False)
        case "left":
            leaver = system_actor("测试", {"identity.change_person"})
            staffing.record_departure(leaver, person=account.person, on=today())
        case "must_change":
            Account.objects.update(must_change=True)
    with frozen(moment):
        answer = call(secret)

    assert answer.status_code == (403 if how == "must_change" else 401)
    assert {"code", "message"} <= set(answer.json()["error"])


@pytest.mark.parametrize("wrong", ["", "jishu_made-up", "é", "a" * 5000])
def test_a_made_up_token_is_told_so_in_words(wrong):
    answer = call(wrong)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert "令牌" in answer.json()["error"]["message"]


def test_a_wrong_token_is_not_made_good_by_a_session(account):
    client = Client()
    client.force_login(account)

    assert client.get(UNITS).status_code == 200
    assert client.get(UNITS, headers={"Authorization": "Bearer jishu_wrong"}).status_code == 401


def test_each_token_is_counted_by_the_minute(secret):
    Policy.objects.create(since=today(), token_per_minute=3, reason="试验")
    start = now().replace(second=1)

    with frozen(start):
        assert [call(secret).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert call(secret)["Retry-After"] == "60"
    with frozen(start + timedelta(minutes=1)):
        assert call(secret).status_code == 200


def test_use_is_noted_and_a_new_address_is_told(account, secret):
    call(secret, REMOTE_ADDR="10.1.1.1")
    call(secret, REMOTE_ADDR="10.1.1.1")
    call(secret, REMOTE_ADDR="10.2.2.2")

    token = ApiToken.objects.get()
    assert token.last_address == "10.2.2.2"
    assert token.last_used_at is not None
    assert account.person.security_events.filter(kind="token_moved").count() == 1


def test_a_token_lasts_a_year_at_most(account):
    with pytest.raises(DomainError):
        make(account, days=366)
    make(account, days=365)
    with pytest.raises(IntegrityError):
        ApiToken.objects.update(expires_at=now() + timedelta(days=400))


def test_nobody_revokes_the_token_of_another(account, unit, secret):
    stranger = make_person(unit)
    make_account(stranger)

    with pytest.raises(Missing):
        tokens.revoke_token(actor_for(stranger), token=ApiToken.objects.get())


def test_a_call_costs_no_more_queries_than_with_a_session(account, secret):
    client = Client()
    client.force_login(account)
    client.get(UNITS)
    call(secret)

    def queries(ask) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert ask().status_code == 200
        return len([one for one in seen if "SAVEPOINT" not in one["sql"] and "synchronous_commit" not in one["sql"]])

    # A session and its account are read together; a token is first counted.
    assert queries(lambda: call(secret)) <= queries(lambda: client.get(UNITS)) + 1


def test_a_browser_tricked_into_asking_is_refused(account):
    """A session alone changes nothing by the data interface; the page's own word has to come along."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)

    assert client.post(UNITS, {}).status_code in (403, 405)
