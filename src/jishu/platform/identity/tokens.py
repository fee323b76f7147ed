"""API tokens: a program acts for a person, with part of what that person may do at the moment of use."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from jishu.platform.command import claim, command
from jishu.platform.contract import contracts, resources
from jishu.platform.lib.clock import ZONE, now, today
from jishu.platform.lib.errors import DomainError

from .actor import Actor, actor_behind
from .login import is_open
from .models import Account, ApiToken
from .policy import policy_for
from .settled import Unsettled, due_of
from .trail import Kind, Whence, note, whence_of

PREFIX = "jishu_"
LONGEST_DAYS = 365
AT_MOST = 20  # valid ones of one person: more is a sign of something else
_SHOWN = len(PREFIX) + 4


class BadToken(DomainError):
    """接口令牌无效、已过期或已吊销。请在“我的账号—接口令牌”中核对，或创建新的令牌。"""

    status = 401


class TooManyCalls(DomainError):
    """调用过于频繁，请稍后再试。"""

    status = 429


class TooManyTokens(DomainError):
    """您有效的令牌已达上限，请先吊销不用的。"""


@dataclass(frozen=True)
class Offer:
    """One permission a token may carry, as people read it."""

    permission: str
    title: str


def permissions_offered_to(actor: Actor) -> list[Offer]:
    """What the data interface can be used for, of what this person may do."""
    return [Offer(permission, title) for permission, title in titles().items() if actor.may(permission)]


def titles() -> dict[str, str]:
    """Every permission the data interface knows, as people read it."""
    found: dict[str, str] = {}
    for resource in resources():
        for permission, verb in (
            (resource.permission("view"), "查看"),
            (getattr(resource.create, "permission", ""), "新增"),
            (getattr(resource.update, "permission", ""), "修改"),
            (getattr(resource.delete, "permission", ""), "删除"),
            *((getattr(one.run, "permission", ""), f"{one.title}:") for one in resource.bulk),
        ):
            if permission:
                found.setdefault(permission, f"{verb}{resource.title}")
    for system in contracts():
        for permission, title in system.calls.items():
            found.setdefault(permission, title)
    return found


def tokens_of(actor: Actor) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(account__person_id=actor.person_id)


def valid_tokens_of(account: Account) -> QuerySet[ApiToken]:
    return account.tokens.filter(revoked_at=None, expires_at__gt=now())


@command("identity.change_own_account", audited_as="token.made", titled="创建接口令牌")
def make_token(
    actor: Actor, *, name: str, permissions: Iterable[str], days: int, whence: Whence | None = None
) -> tuple[ApiToken, str]:
    """The token itself is returned this once; we keep its hash."""
    account = Account.objects.select_for_update(of=("self",)).get(person_id=actor.person_id)
    token, secret = issue(account, actor, name=name, permissions=permissions, days=days)
    note(Kind.TOKEN_MADE, account.person, whence or Whence(), name)
    return token, secret


def issue(account: Account, owner: Actor, *, name: str, permissions: Iterable[str], days: int) -> tuple[ApiToken, str]:
    """For a command that has locked the account; ``owner`` is whom the token will act for."""
    wanted = sorted(set(permissions))
    offered = {one.permission for one in permissions_offered_to(owner)}
    if not wanted or not set(wanted) <= offered:
        whose = "该账号" if owner.is_service else "您自己"
        raise DomainError(f"请选择至少一项{whose}拥有的权限。", field="permissions")
    if not 1 <= days <= LONGEST_DAYS:
        raise DomainError(f"有效期须在 1 至 {LONGEST_DAYS} 天之间。", field="days")
    if valid_tokens_of(account).count() >= AT_MOST:
        raise TooManyTokens
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        account=account, name=name, hint=secret[:_SHOWN], digest=_digest(secret), permissions=wanted,
        expires_at=datetime.combine(today() + timedelta(days=days), time.max, ZONE),
    )  # fmt: skip
    return token, secret


@command("identity.change_own_account", audited_as="token.revoked", titled="吊销接口令牌")
def revoke_token(actor: Actor, *, token: ApiToken | UUID, whence: Whence | None = None) -> ApiToken:
    held = end_token(tokens_of(actor), token)
    note(Kind.TOKEN_REVOKED, actor.person, whence or Whence(), held.name)
    return held


def end_token(among: QuerySet[ApiToken], token: ApiToken | UUID) -> ApiToken:
    held = claim(among.filter(revoked_at=None), token)
    held.revoked_at = now()
    held.save(update_fields=("revoked_at",))
    return held


def end_tokens(account: Account) -> int:
    """For somebody who leaves: nothing of theirs works from now on."""
    return valid_tokens_of(account).update(revoked_at=now())


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def bearer_of(request: HttpRequest) -> str | None:
    """What stands behind ``Authorization: Bearer``; None without such a header."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


# One statement finds the token, counts the call and notes the use, so that two calls never share a place in the count.
_USE = """
    UPDATE identity_apitoken SET
        calls = CASE WHEN minute = date_trunc('minute', %(now)s::timestamptz) THEN calls + 1 ELSE 1 END,
        minute = date_trunc('minute', %(now)s::timestamptz), last_used_at = %(now)s, last_address = %(address)s
    FROM (SELECT id, last_address AS before FROM identity_apitoken WHERE digest = %(digest)s) AS known
    WHERE identity_apitoken.id = known.id AND revoked_at IS NULL AND expires_at > %(now)s
    RETURNING account_id, permissions, calls, known.before, name
"""


def actor_of_token(request: HttpRequest, secret: str) -> Actor:
    """Who a program acts for. BadToken and TooManyCalls say so in words for its log."""
    whence = whence_of(request)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")  # a count lost in a crash harms nobody
        cursor.execute(_USE, {"now": now(), "address": whence.address, "digest": _digest(secret)})
        row = cursor.fetchone()
    if row is None:
        raise BadToken
    account_id, permissions, calls, before, name = row
    account = Account.objects.get(pk=account_id)
    if not is_open(account):
        raise BadToken
    policy = policy_for(account)
    if calls > policy.token_per_minute:
        raise TooManyCalls(f"这个令牌每分钟最多调用 {policy.token_per_minute} 次，请稍后再试。")
    if before is not None and str(before) != whence.address:
        note(Kind.TOKEN_MOVED, account.person, whence, name)
    actor = actor_behind(account, frozenset(permissions))
    if due := due_of(account, actor):
        raise Unsettled(due)
    request.jishu_actor = actor  # type: ignore[attr-defined]
    return actor
