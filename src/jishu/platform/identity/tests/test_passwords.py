"""What is asked of passwords."""

from datetime import timedelta

import pytest
from django.db import InternalError, ProgrammingError
from hypothesis import given
from hypothesis import strategies as st

from jishu.platform.identity import passwords, policy, services
from jishu.platform.identity.api import actor_for, system_actor
from jishu.platform.identity.login import WrongPassword
from jishu.platform.identity.models import Account, Person, Policy
from jishu.platform.identity.tests.makers import PASSWORD, grant, make_account, make_person, make_unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Missing, Refused

DEFAULT = policy.UNSTATED
GOOD = "Hu3-Yun-Xie"


@pytest.fixture
def account(db):
    return make_account(make_person(make_unit(), "李建国"), "lijg01")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "unfit",
    ["Short-1a", "alllowercase1", "Lijianguo@2026", "xLiJianGuo-99x", "LIJG01-abcd", "李建国@Abc2026", "Ljg@20262026",
     "Admin@123456", "P@ssw0rd2026", "Jishu@2026!!", "Qwerty@12345", "Aa1!Aa1!Aa1!", "Zhengfu#2026"],
)  # fmt: skip
def test_what_is_easily_guessed_is_not_taken(account, unfit):
    assert list(passwords.complaints(unfit, account, DEFAULT))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fit", [GOOD, "correct horse battery", "云溪区的秋天有桂花香味飘进办公楼的窗子里呢", "9f#Kq2m!Tz"]
)
def test_what_is_hard_to_guess_is_taken(account, fit):
    assert list(passwords.complaints(fit, account, DEFAULT)) == []


@given(st.text(max_size=60))
def test_judging_never_fails_on_what_people_type(typed):
    person = Person(name="欧阳海", code="P1")
    account = Account(person=person, username="oyh")

    assert all(isinstance(one, str) for one in passwords.complaints(typed, account, DEFAULT))


@pytest.mark.django_db
def test_the_last_five_are_not_taken_again(account):
    actor = actor_for(account.person)
    used = [PASSWORD]
    for number in range(4):
        used.append(f"{GOOD}-{number}-Wu")
        passwords.change_password(actor, old=used[-2], new=used[-1])

    for old in used:
        with pytest.raises(passwords.PasswordUnfit, match="最近 5 次"):
            passwords.change_password(actor, old=used[-1], new=old if old != PASSWORD else used[0])
    passwords.change_password(actor, old=used[-1], new="Another-9-Fine-One")
    account.refresh_from_db()
    assert account.check_password("Another-9-Fine-One")


@pytest.mark.django_db
def test_guessing_the_old_password_locks_like_guessing_at_the_door(account):
    actor = actor_for(account.person)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            passwords.change_password(actor, old="wrong", new=GOOD)

    with pytest.raises(WrongPassword):
        passwords.change_password(actor, old=PASSWORD, new=GOOD)


@pytest.mark.django_db
def test_a_policy_is_bounded_by_the_database_and_told_in_words(account):
    chief = make_person(make_unit())
    grant(chief, "identity.security", make_unit())
    actor = actor_for(chief)
    limits = {"min_length": 6}

    with pytest.raises(policy.Unsafe, match="至少 8 位"):
        policy.lay_down_policy(actor, since=today(), reason="放宽", **limits)
    with pytest.raises(policy.InThePast):
        policy.lay_down_policy(actor, since=today() - timedelta(days=1), reason="补记", min_length=12)

    policy.lay_down_policy(actor, since=today(), reason="等保整改", min_length=12)
    assert policy.policy_for(Account.objects.get(pk=account.pk)).min_length == 12
    assert list(passwords.complaints(GOOD, account, policy.policy_today())) == ["新密码只有 11 位，至少要 12 位。"]


@pytest.mark.django_db
def test_a_policy_that_begins_later_does_not_count_yet(account):
    Policy.objects.create(since=today() + timedelta(days=3), min_length=30, reason="以后")

    assert policy.policy_for(Account.objects.get(pk=account.pk)).min_length == 10


@pytest.mark.django_db(transaction=True)
def test_a_policy_once_laid_down_is_final(account):
    laid = Policy.objects.create(since=today(), reason="试验")
    laid.min_length = 8
    with pytest.raises((InternalError, ProgrammingError), match="never changed"):
        laid.save()


@pytest.mark.django_db
def test_an_administrator_resets_within_reach_and_never_the_own(account):
    unit = make_unit()
    chief = make_person(unit)
    make_account(chief)
    grant(chief, "identity.system", unit)
    actor = actor_for(chief)

    with pytest.raises(Missing):
        passwords.reset_password(actor, person=account.person)
    with pytest.raises(Refused, match="自己"):
        passwords.reset_password(actor, person=chief)

    grant(chief, "asset.keeper", unit)  # nothing to do with it
    subordinate = make_account(make_person(unit, "王五"), "wangwu")
    _, issued = passwords.reset_password(actor, person=subordinate.person)
    subordinate.refresh_from_db()
    assert subordinate.check_password(issued)
    assert subordinate.must_change
    assert list(passwords.complaints(issued, subordinate, DEFAULT)) == []


@pytest.mark.django_db
def test_who_is_given_an_account_sets_the_own_password_first():
    account = services.open_account(
        system_actor("测试", {"identity.add_account"}), person=make_person(make_unit()), username="new", password=GOOD
    )

    assert account.must_change
