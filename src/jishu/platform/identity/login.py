"""Signing in: argon2, a lock after repeated failures, the same time and words for every reason."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from jishu.platform.audit.api import name_verb, record
from jishu.platform.lib.clock import now

from .models import Account

MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)

name_verb("account.signed_in", "登录")
name_verb("account.sign_in_failed", "登录失败")


@dataclass(frozen=True)
class _Knocking:
    """Whoever is at the door, as the record names them; what they may do is not known yet."""

    name: str
    uid: UUID
    agency_uid: None = None


class LockoutBackend(BaseBackend):
    """Checks a password; five failures in a row lock the account for a quarter of an hour."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        if not username or not password:
            return None
        with transaction.atomic():
            account = Account.objects.select_for_update(of=("self",)).filter(username=username[:40]).first()
            if account is None:
                make_password(password)  # an unknown account costs the same time as a wrong password
                return None
            right = account.check_password(password)
            if account.locked_until and account.locked_until > now():
                return None
            if not right:
                self._failed(account)
                return None
            if not self.is_open(account):
                return None
            if account.failures or account.locked_until:
                Account.objects.filter(pk=account.pk).update(failures=0, locked_until=None)
            _record(account, "account.signed_in", "登录")
        return account

    def get_user(self, user_id: int) -> Account | None:
        account = Account.objects.filter(pk=user_id).first()
        return account if account is not None and self.is_open(account) else None

    @staticmethod
    def is_open(account: Account) -> bool:
        return account.is_active and account.person.left_on is None

    @staticmethod
    def _failed(account: Account) -> None:
        count = account.failures + 1
        locked = now() + LOCKED_FOR if count >= MAX_FAILURES else None
        Account.objects.filter(pk=account.pk).update(
            failures=0 if locked else F("failures") + 1, locked_until=locked or account.locked_until
        )
        _record(account, "account.sign_in_failed", "登录失败,账号已锁定" if locked else "登录失败")


def _record(account: Account, verb: str, summary: str) -> None:
    record(actor=_Knocking(account.person.name, account.person.uid), verb=verb, summary=summary)
