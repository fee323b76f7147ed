"""Shutting an account, opening it again, and ending a lock."""

from django.db.models import QuerySet

from jishu.platform.command import claim, command
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict

from . import selectors
from .actor import Actor
from .models import Account, Person
from .services import shut_out

CHANGE = "identity.change_account"


class NoAccount(Conflict):
    """该人员没有账号。"""


class NothingToDo(Conflict):
    """账号已经是这个状态，请刷新后查看。"""


class HasLeftOffice(Conflict):
    """该人员已经离岗，账号不能启用。"""


@command(CHANGE, audited_as="account.disabled", titled="停用账号")
def disable_account(actor: Actor, *, person: Person) -> Person:
    """At once: the next request of an open session finds it shut."""
    held, account = _held(actor, person)
    if not account.update(is_active=False):
        raise NothingToDo
    shut_out(held)
    return held


@command(CHANGE, audited_as="account.enabled", titled="启用账号")
def enable_account(actor: Actor, *, person: Person) -> Person:
    held, account = _held(actor, person, active=False)
    if held.has_left:
        raise HasLeftOffice
    if not account.update(is_active=True, failures=0, locked_until=None):
        raise NothingToDo
    return held


@command(CHANGE, audited_as="account.unlocked", titled="解除账号锁定")
def unlock_account(actor: Actor, *, person: Person) -> Person:
    held, account = _held(actor, person)
    if not account.filter(locked_until__gt=now()).update(failures=0, locked_until=None):
        raise NothingToDo
    return held


def _held(actor: Actor, person: Person, *, active: bool = True) -> tuple[Person, QuerySet[Account]]:
    held = claim(selectors.people_kept_by(actor, CHANGE), person)
    accounts = Account.objects.filter(person=held)
    if not accounts.exists():
        raise NoAccount
    return held, accounts.filter(is_active=active)
