"""Signing in: argon2, a lock after repeated failures, the same work and words for every reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.contrib import auth
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpRequest

from jishu.platform.audit.api import name_verb, record
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError

from . import sessions
from .actor import actor_behind
from .models import Account, Policy, SecurityEvent
from .policy import policy_today
from .seated import account_just_read
from .trail import Kind, Whence, note, whence_of

BACKEND = "jishu.platform.identity.login.LockoutBackend"
_NOBODY = -1  # no account has this key
_ATTEMPT = 0x6A73  # sets our advisory locks apart from those of others

name_verb("account.signed_in", "登录")
name_verb("account.signed_out", "退出登录")
name_verb("account.sign_in_failed", "登录失败")


class WrongPassword(DomainError):
    """密码不正确。连续输错会锁定账号。"""


@dataclass(frozen=True)
class _Knocking:
    """Whoever is at the door, as the record names them; what they may do is not known yet."""

    name: str
    uid: UUID | None
    agency_uid: None = None


class LockoutBackend(BaseBackend):
    """Checks a password; too many failures in a row lock the account for a while."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        """The right password opens nothing yet: see ``sign_in`` and ``factors.check_code``."""
        if not username or not password:
            return None
        whence = whence_of(request) if request is not None else Whence()
        policy = policy_today()
        if too_many_from(whence, policy):
            return None  # before anything that depends on who is asked for
        return attempt(username[:40], whence, policy, lambda account: _is_right(account, password))

    def get_user(self, user_id: int) -> Account | None:
        account = account_just_read(user_id) or Account.objects.filter(pk=user_id).first()
        return account if account is not None and is_open(account) else None


def is_open(account: Account) -> bool:
    return account.is_active and not account.person.has_left


def too_many_from(whence: Whence, policy: Policy) -> bool:
    since = now() - timedelta(minutes=policy.lock_minutes)
    failed = SecurityEvent.objects.filter(
        address=whence.address, created_at__gt=since, kind__in=(Kind.FAILED, Kind.LOCKED)
    )
    return whence.address is not None and failed[: policy.address_failures].count() >= policy.address_failures


@transaction.atomic
def attempt(username: str, whence: Whence, policy: Policy, prove: Callable[[Account | None], bool]) -> Account | None:
    """Let somebody try to prove who they are, one at a time for each name.

    An unknown name, a wrong proof, a locked and a closed account cost the same statements in the same order: only
    what is written differs.
    """
    with connection.cursor() as cursor:  # not the row: an unknown name would not have to queue
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_ATTEMPT, username))
    account = Account.objects.filter(username=username).first()
    proved = prove(account)
    if account is not None and proved and _may_enter(account):
        return account
    _note_failure(account, whence, policy, counts=not proved)
    return None


def _may_enter(account: Account) -> bool:
    locked = account.locked_until is not None and account.locked_until > now()
    overdue = account.one_time_until is not None and account.one_time_until <= now()
    return is_open(account) and not locked and not overdue


def _note_failure(account: Account | None, whence: Whence, policy: Policy, *, counts: bool) -> None:
    failures, locked_until = _counted(account, policy) if account is not None and counts else (None, None)
    rows = Account.objects.filter(Q(pk=account.pk if account else _NOBODY))
    if failures is None:
        rows.update(failures=account.failures if account else 0)
    else:
        rows.update(failures=failures, locked_until=locked_until)
    locks = locked_until is not None and failures == 0
    note(Kind.LOCKED if locks else Kind.FAILED, account.person if account else None, whence)
    who = _Knocking(account.person.name, account.person.uid) if account else _Knocking("未知账号", None)
    record(actor=who, verb="account.sign_in_failed", summary="登录失败，账号已锁定" if locks else "登录失败")


def _counted(account: Account, policy: Policy) -> tuple[int | None, datetime | None]:
    """The count after one more failure, and until when the account is locked; a locked one is left as it is."""
    if account.locked_until is not None and account.locked_until > now():
        return None, None
    failures = account.failures + 1
    if failures >= policy.lock_after:
        return 0, now() + timedelta(minutes=policy.lock_minutes)
    return failures, None


def _is_right(account: Account | None, password: str) -> bool:
    """An unknown account is checked against a hash of the same cost that nothing fits."""
    if account is None:
        check_password(password, _unmatched())
        return False
    return account.check_password(password)


@cache
def _unmatched() -> str:
    return make_password(token_urlsafe(32))


def confirm_password(account: Account, password: str, whence: Whence) -> None:
    """Ask for the password again before something grave; counted like a failure to sign in."""
    policy = policy_today()
    if attempt(account.username, whence, policy, lambda found: _is_right(found, password)) is None:
        raise WrongPassword(field="old")


@transaction.atomic
def sign_in(request: HttpRequest, account: Account, detail: str = "") -> None:
    """Everything was proved: the browser gets a session with a new key."""
    whence = whence_of(request)
    auth.login(request, account, backend=BACKEND)
    sessions.mark(request.session, whence, actor_behind(account))
    Account.objects.filter(pk=account.pk).update(failures=0, locked_until=None)
    note(Kind.SIGNED_IN, account.person, whence, detail)
    record(actor=_Knocking(account.person.name, account.person.uid), verb="account.signed_in", summary="登录")


@transaction.atomic
def sign_out(request: HttpRequest) -> None:
    account = request.user
    if isinstance(account, Account):
        note(Kind.SIGNED_OUT, account.person, whence_of(request))
        record(actor=_Knocking(account.person.name, account.person.uid), verb="account.signed_out", summary="退出登录")
    auth.logout(request)
