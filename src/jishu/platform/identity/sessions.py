"""Sessions of signed-in browsers: only a hash of the key is stored, idle ones end, each can be revoked by its owner.

Named in the settings as the session engine; the columns beside Django's own are read off the session's data.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from jishu.platform.command import claim, command
from jishu.platform.lib.clock import ZONE, now
from jishu.platform.lib.errors import Missing

from .actor import Actor
from .models import Account, Person, Session
from .policy import policy_for, policy_today
from .seated import session_with_account
from .selectors import people_within
from .trail import Kind, Whence, note

SEEN_EVERY = timedelta(minutes=1)
# Sent along with what a page asks for by itself: that nobody sits before it must come to light.
UNATTENDED = "X-Unattended"

_UID, _BEGAN, _ADDRESS, _DEVICE, _POWERS = "_uid", "_began", "_address", "_device", "_powers"


class SessionStore(db.SessionStore):
    """Django's sessions in the database, under the hash of their key."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @property
    def uid(self) -> UUID | None:
        return UUID(self[_UID]) if _UID in self else None

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=_hash(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            Session.objects.filter(session_key=_hash(key)).delete()

    def save(self, must_create: bool = False) -> None:
        if must_create:  # a renewed session stands beside the one it replaces until that is deleted
            self._get_session(no_load=True)[_UID] = str(uuid4())  # type: ignore[attr-defined]
        super().save(must_create)

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        moment = now()
        uid = data.setdefault(_UID, str(uuid4()))
        began = data.setdefault(_BEGAN, moment.timestamp())
        account = data.get(SESSION_KEY)
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]
        return Session(
            session_key=_hash(key), session_data=self.encode(data), uid=uid,
            expire_date=moment + timedelta(seconds=self.get_expiry_age()),
            account_id=int(account) if account else None, began_at=datetime.fromtimestamp(began, ZONE), seen_at=moment,
            address=data.get(_ADDRESS), device=data.get(_DEVICE, ""),
        )  # fmt: skip

    def _get_session_from_db(self) -> Session | None:
        self.row = session_with_account(_hash(self.session_key or ""), now())
        if self.row is None or is_over(self.row):
            self._session_key = None
            return None
        return self.row


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:40]


def is_over(session: Session) -> bool:
    policy, moment = policy_for(session), now()
    return (
        session.seen_at + timedelta(minutes=policy.idle_minutes) <= moment
        or session.began_at + timedelta(hours=policy.session_hours) <= moment
    )


def uid_of(request: HttpRequest) -> UUID | None:
    """Which of a person's sessions this request is made in."""
    return request.session.uid if isinstance(request.session, SessionStore) else None


def mark(store: Any, whence: Whence, actor: Actor) -> None:
    """A sign-in has just been completed in this session."""
    store[_BEGAN] = now().timestamp()
    store[_UID] = str(uuid4())
    store[_ADDRESS], store[_DEVICE], store[_POWERS] = whence.address, whence.device, actor.powers


def sessions_of(account: Account) -> QuerySet[Session]:
    """Those that still let somebody in, the one used last first."""
    policy, moment = policy_for(account), now()
    return account.sessions.filter(
        seen_at__gt=moment - timedelta(minutes=policy.idle_minutes),
        began_at__gt=moment - timedelta(hours=policy.session_hours),
        expire_date__gt=moment,
    )


def end_sessions(account: Account, *, but: UUID | None = None) -> int:
    """Every browser is signed out at once, except the one named."""
    return account.sessions.exclude(uid=but).delete()[0] if but else account.sessions.all().delete()[0]


def forget_ended() -> int:
    policy, moment = policy_today(), now()
    over = (
        Q(expire_date__lte=moment)
        | Q(seen_at__lte=moment - timedelta(minutes=policy.idle_minutes))
        | Q(began_at__lte=moment - timedelta(hours=policy.session_hours))
    )
    return Session.objects.filter(over).delete()[0]


class Presence:
    """Notes, once a minute, that a session is in use; gives it a new key when its owner's powers have changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        row = getattr(request.session, "row", None)
        if row is None or request.session.is_empty():
            return response
        _renew(request)
        if now() - row.seen_at >= SEEN_EVERY and UNATTENDED not in request.headers:
            Session.objects.filter(uid=row.uid).update(seen_at=now())
        return response


def _renew(request: HttpRequest) -> None:
    actor: Actor | None = getattr(request, "jishu_actor", None)
    if actor is None or actor.only is not None:
        return
    before = request.session.get(_POWERS)
    if before == actor.powers:
        return
    if before is not None:
        request.session.cycle_key()
    request.session[_POWERS] = actor.powers


# --- commands -------------------------------------------------------------------------------------------------------


@command("identity.change_own_account", audited_as="session.ended", titled="结束一处登录")
def end_own_session(actor: Actor, *, uid: UUID, whence: Whence | None = None) -> Person:
    account = _own_account(actor)
    found = account.sessions.filter(uid=uid).first()
    if found is None:
        raise Missing("这处登录已经结束了。")
    found.delete()
    note(Kind.SESSIONS_ENDED, account.person, whence or Whence(), found.device)
    return account.person


@command("identity.change_own_account", audited_as="session.others_ended", titled="结束其他登录")
def end_other_sessions(actor: Actor, *, keep: UUID | None, whence: Whence | None = None) -> Person:
    account = _own_account(actor)
    ended = end_sessions(account, but=keep)
    note(Kind.SESSIONS_ENDED, account.person, whence or Whence(), f"{ended} 处")
    return account.person


@command("identity.end_sessions", audited_as="session.all_ended", titled="强制退出登录")
def end_sessions_of(actor: Actor, *, person: Person, whence: Whence | None = None) -> Person:
    """By an administrator: every browser of the person is signed out at once."""
    held = claim(people_within(actor, "identity.end_sessions"), person)
    account = Account.objects.filter(person=held).first()
    ended = end_sessions(account) if account else 0
    note(Kind.SESSIONS_ENDED, held, whence or Whence(), f"由管理员结束 {ended} 处")
    return held


def _own_account(actor: Actor) -> Account:
    return Account.objects.get(person_id=actor.person_id)
