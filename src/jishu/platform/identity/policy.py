"""The policy in force (账号安全规定): what is asked of passwords, sessions and tokens."""

from datetime import date
from functools import lru_cache
from typing import Any

from jishu.platform.command import command
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError

from .actor import Actor
from .models import Account, Policy, Session

UNSTATED = Policy(since=date(2000, 1, 1), reason="平台默认")


class AlreadyLaidDown(Conflict):
    """这一天已经有一份账号安全规定开始施行，请另选施行日期。"""


class InThePast(DomainError):
    """施行日期不能早于今天。"""


class Unsafe(DomainError):
    """数值超出了容许的范围。"""


def policy_today() -> Policy:
    return Policy.objects.filter(since__lte=today()).order_by("-since").first() or UNSTATED


@lru_cache(maxsize=16)
def _in_force(latest: int, day: date) -> Policy:
    """Asked once per process until another is laid down or the day changes."""
    return policy_today()


def policy_for(row: Account | Session) -> Policy:
    """The policy in force, without a query of its own where ``row`` was read with the key of the latest."""
    if not hasattr(row, "latest_policy"):  # an account just made was not read through its manager
        return policy_today()
    return UNSTATED if row.latest_policy is None else _in_force(row.latest_policy, today())


@command("identity.change_policy", audited_as="policy.laid_down", titled="制定账号安全规定")
def lay_down_policy(actor: Actor, /, *, since: date, reason: str, **limits: Any) -> Policy:
    """In force from that day on. Bounds that make no account unsafe are the database's."""
    if since < today():
        raise InThePast(field="since")
    explanations: dict[str, DomainError] = {
        "identity_policy_since_key": AlreadyLaidDown(field="since"),
        "policy_passwords_are_strong": Unsafe("密码至少 8 位、1 至 4 种字符；管理员密码最长 365 天更换一次。"),
        "policy_sessions_end": Unsafe("闲置退出须在 5 至 240 分钟之间，登录最长 1 至 24 小时。"),
        "policy_delegations_end": Unsafe("角色委托一次最长 1 至 366 天。"),
        "policy_guessing_is_slow": Unsafe("连续输错 3 至 10 次须锁定，锁定 5 至 1440 分钟。"),
    }
    with explained(explanations):
        return Policy.objects.create(since=since, reason=reason, person=actor.person, **limits)
