"""The second factor: enrolled by a right code, each code good once, a lost phone not the end."""

from datetime import timedelta

import pyotp
import pytest

from jishu.platform.audit.api import verbs_about
from jishu.platform.identity import factors
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.models import Account, Factor, Grant, RecoveryCode
from jishu.platform.identity.tests.makers import grant, make_account, make_person, make_unit
from jishu.platform.identity.trail import Whence
from jishu.platform.lib.clock import frozen, now
from jishu.platform.lib.errors import DomainError, Refused

pytestmark = pytest.mark.django_db
HERE = Whence("10.0.0.1", "Chrome")


@pytest.fixture
def unit(db):
    return make_unit()


@pytest.fixture
def account(unit):
    return make_account(make_person(unit, "李建国"), "li", factor=False)


def code_of(key: str, steps: int = 0) -> str:
    return pyotp.TOTP(key).at(now() + timedelta(seconds=30 * steps))


def enrol(account) -> tuple[str, list[str]]:
    actor = actor_for(account.person)
    factors.offer_factor(actor)
    key = factors.pending_key(actor)
    _, codes = factors.confirm_factor(actor, code=code_of(key))
    account.refresh_from_db()
    return key, codes


def test_the_key_is_sealed_and_valid_only_after_a_right_code(account):
    actor = actor_for(account.person)
    factors.offer_factor(actor)
    key = factors.pending_key(actor)

    with pytest.raises(factors.WrongCode):
        factors.confirm_factor(actor, code="000000")
    account.refresh_from_db()
    assert account.factor_since is None
    assert key.encode() not in bytes(Factor.objects.get().pending)
    assert not factors.check_code(account, code_of(key), HERE)

    _, codes = factors.confirm_factor(actor, code=code_of(key))
    account.refresh_from_db()
    assert account.factor_since is not None
    assert len(set(codes)) == 10
    assert not RecoveryCode.objects.filter(digest__in=codes).exists()


def test_a_code_is_good_once_and_an_earlier_one_never_again(account):
    key, _ = enrol(account)

    with frozen(now() + timedelta(seconds=60)):
        assert factors.check_code(account, code_of(key), HERE)
        assert not factors.check_code(account, code_of(key), HERE)
        assert not factors.check_code(account, code_of(key, -1), HERE)


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off(account, steps, accepted):
    key, _ = enrol(account)

    with frozen(now() + timedelta(minutes=5)):
        assert factors.check_code(account, code_of(key, steps), HERE) is accepted


def test_guessing_codes_locks_the_account(account):
    key, codes = enrol(account)
    for _ in range(5):
        assert not factors.check_code(account, "123", HERE)

    with frozen(now() + timedelta(minutes=1)):
        assert not factors.check_code(account, code_of(key), HERE)
        assert not factors.check_code(account, codes[0], HERE)


def test_a_recovery_code_is_good_once_however_it_is_written(account):
    _, codes = enrol(account)

    assert factors.check_code(account, codes[0].upper().replace("-", " "), HERE)
    assert not factors.check_code(account, codes[0], HERE)
    assert factors.codes_left(account) == 9
    assert account.person.security_events.filter(kind="recovery_used", detail="还剩 9 个").exists()


def test_a_recovery_code_of_another_opens_nothing(account, unit):
    other = make_account(make_person(unit), factor=False)
    _, codes = enrol(other)
    enrol(account)

    assert not factors.check_code(account, codes[0], HERE)


def test_an_administrator_cannot_do_without(account, unit):
    enrol(account)
    grant(account.person, "identity.audit", unit)

    with pytest.raises(factors.StillNeeded):
        factors.give_up_factor(actor_for(account.person))
    Grant.objects.all().delete()
    factors.give_up_factor(actor_for(account.person))
    account.refresh_from_db()
    assert account.factor_since is None


def test_the_keeper_of_secrets_frees_whoever_lost_the_phone_but_not_oneself(account, unit):
    enrol(account)
    keeper = make_person(unit, "安管员")
    enrol(make_account(keeper, factor=False))
    grant(keeper, "identity.security", unit)
    actor = actor_for(keeper)

    with pytest.raises(Refused, match="自己"):
        factors.remove_factor(actor, person=keeper, reason="手机丢失")
    with pytest.raises(DomainError, match="理由"):
        factors.remove_factor(actor, person=account.person, reason=" ")
    factors.remove_factor(actor, person=account.person, reason="手机丢失，已核对工作证")

    assert Account.objects.get(pk=account.pk).factor_since is None
    assert not Factor.objects.filter(account=account).exists()
    assert "factor.removed" in verbs_about(account.person.uid)


def test_who_is_no_keeper_frees_nobody(account, unit):
    enrol(account)
    with pytest.raises(Refused):
        factors.remove_factor(actor_for(make_person(unit)), person=account.person, reason="x")
