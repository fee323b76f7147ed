"""Who asks, in one statement written out: the session with its account and person, and what both are judged by.

Every request of a signed-in browser begins with this. Composed by the ORM, in two queries, it cost a sixth of a page.
"""

from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model

from .models import Account, Person, Session

# The account of the session just read, until it is asked for: the two belong to one request.
_read: ContextVar[Account | None] = ContextVar("_read", default=None)


def session_with_account(key: str, moment: datetime) -> Session | None:
    """The session stored under this hash, if it has not expired; its account waits in ``account_just_read``."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), (key, moment))
        row = cursor.fetchone()
    _read.set(None)
    if row is None:
        return None
    *values, stamp, policy = row
    seats, accounts = len(_fields(Session)), len(_fields(Account))
    session: Session = Session.from_db(DEFAULT_DB_ALIAS, _fields(Session), values[:seats])
    session.latest_policy = policy  # type: ignore[attr-defined]
    if session.account_id is not None:
        account: Any = Account.from_db(DEFAULT_DB_ALIAS, _fields(Account), values[seats : seats + accounts])
        account.person = Person.from_db(DEFAULT_DB_ALIAS, _fields(Person), values[seats + accounts :])
        account.stamp, account.latest_policy = stamp, policy
        _read.set(account)
    return session


def account_just_read(key: int) -> Account | None:
    """Given out once: whoever asks later wants to know how things are then."""
    account = _read.get()
    _read.set(None)
    return account if account is not None and account.pk == key else None


@cache
def _fields(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not field.generated]


@cache
def _statement() -> str:
    def columns(model: type[Model], alias: str) -> str:
        own = (field.column for field in model._meta.concrete_fields if not field.generated)
        return ", ".join(f'{alias}."{column}"' for column in own)

    return f"""
        SELECT {columns(Session, "s")}, {columns(Account, "a")}, {columns(Person, "p")},
               (SELECT value FROM identity_stamp), (SELECT max(id) FROM identity_policy)
          FROM identity_session s
          LEFT JOIN identity_account a ON a.id = s.account_id
          LEFT JOIN identity_person p ON p.id = a.person_id
         WHERE s.session_key = %s AND s.expire_date > %s"""  # noqa: S608 - names of our own columns
