"""Who is asking by this request, and what they must settle about their account before they may do anything."""

from datetime import timedelta
from enum import Enum

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Refused

from .actor import Actor, actor_behind
from .models import Account
from .policy import policy_for


class Due(Enum):
    """What is due first, with the words for it and the page where it is done."""

    ISSUED = ("password", "您使用的是初始密码或一次性密码，请先设定自己的密码。")
    EXPIRED = ("password", "您的密码已到更换期限，请先修改密码。")
    FACTOR = ("factor", "管理员登录须使用动态口令。请先启用动态口令，再办理其他事项。")

    def __init__(self, page: str, words: str) -> None:
        self.page, self.words = page, words


class Unsettled(Refused):
    """请先完成账号安全设置。"""

    def __init__(self, due: Due) -> None:
        super().__init__(due.words)
        self.due = due


def due_of(account: Account, actor: Actor) -> Due | None:
    if account.must_change:
        return Due.ISSUED
    if password_expires_in(account, actor) == 0:
        return Due.EXPIRED
    return Due.FACTOR if actor.administers and account.factor_since is None else None


def password_expires_in(account: Account, actor: Actor) -> int | None:
    """Days left, counted up; None for a password that may stay."""
    policy = policy_for(account)
    days = policy.max_age_days
    if actor.administers:
        days = min(filter(None, (days, policy.admin_max_age_days)))
    if not days:
        return None
    left = account.password_set_at + timedelta(days=days) - now()
    return max(0, -(-left // timedelta(days=1)))


def actor_of(request: HttpRequest) -> Actor:
    """The actor of this request. Refused for a stranger, Unsettled while something about the account is due."""
    known = getattr(request, "jishu_actor", None)
    if known is not None:
        return known  # type: ignore[no-any-return]
    account, actor = settling(request)
    if due := due_of(account, actor):
        raise Unsettled(due)
    request.jishu_actor = actor  # type: ignore[attr-defined]
    return actor


def settling(request: HttpRequest) -> tuple[Account, Actor]:
    """The same for the few pages where what is due is done."""
    user: Account | AnonymousUser = request.user
    if not isinstance(user, Account):
        raise Refused("请先登录。")
    return user, actor_behind(user)
