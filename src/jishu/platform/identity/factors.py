"""The second factor (动态口令): a code that changes every half minute, and ten recovery codes for a lost phone."""

import base64
import secrets
from hashlib import sha256
from uuid import UUID

import pyotp
from django.db import transaction

from jishu.platform.command import claim, command
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError, Refused
from jishu.platform.lib.sealed import Cell, seal, unseal

from . import selectors
from .actor import Actor
from .login import attempt
from .models import Account, Factor, Person, RecoveryCode
from .policy import policy_today
from .sessions import end_sessions
from .trail import Kind, Whence, note

ISSUER = "机枢"
CODES = 10
STEP = 30  # seconds
DRIFT = 1  # steps a phone's clock may be off, either way


class WrongCode(DomainError):
    """动态口令不正确，或者已经用过。请等手机上出现新的 6 位数字再输入，并核对手机时间是否准确。"""


class NotBegun(DomainError):
    """请先用手机扫描二维码。"""


class StillNeeded(Refused):
    """管理员必须使用动态口令，不能停用；更换手机请重新绑定。"""


@command("identity.change_own_account", audited_as="factor.offered", titled="生成动态口令密钥")
def offer_factor(actor: Actor) -> Factor:
    """A fresh key for the person's authenticator. Nothing changes until it has shown a right code."""
    factor, _ = Factor.objects.get_or_create(account=_own(actor))
    factor.pending = seal(pyotp.random_base32(32), Cell.of(factor, "pending"))
    factor.save(update_fields=("pending",))
    return factor


def pending_key(actor: Actor) -> str:
    """The key that waits to be confirmed, for the QR code; empty when none does."""
    factor = Factor.objects.filter(account__person_id=actor.person_id).first()
    if factor is None or factor.pending is None:
        return ""
    return unseal(factor.pending, Cell.of(factor, "pending")).decode()


def address_of(key: str, account: Account) -> str:
    """What the QR code says."""
    return pyotp.TOTP(key).provisioning_uri(name=account.username, issuer_name=ISSUER)


@command("identity.change_own_account", audited_as="factor.added", titled="启用动态口令")
def confirm_factor(
    actor: Actor, *, code: str, whence: Whence | None = None, keep: UUID | None = None
) -> tuple[Factor, list[str]]:
    """The first right code makes the key valid. Returns the recovery codes: they are shown this once."""
    account = _own(actor)
    factor = Factor.objects.select_for_update().filter(account=account).first()
    key = pending_key(actor)
    if factor is None or not key:
        raise NotBegun
    step = _step_of(key, code)
    if step is None:
        raise WrongCode(field="code")
    factor.secret = seal(key, Cell.of(factor, "secret"))
    factor.pending, factor.last_step = None, step
    factor.save(update_fields=("secret", "pending", "last_step"))
    account.factor_since = now()
    account.save(update_fields=("factor_since",))
    end_sessions(account, but=keep)
    note(Kind.FACTOR_ADDED, account.person, whence or Whence())
    return factor, _fresh_codes(factor)


@command("identity.change_own_account", audited_as="factor.codes_renewed", titled="重新生成恢复码")
def renew_codes(actor: Actor, *, whence: Whence | None = None) -> tuple[Factor, list[str]]:
    """The old ones are void from now on."""
    account = _own(actor)
    factor = claim(Factor.objects.filter(account=account).exclude(secret=None), account.factor)
    note(Kind.CODES_RENEWED, account.person, whence or Whence())
    return factor, _fresh_codes(factor)


@command("identity.change_own_account", audited_as="factor.given_up", titled="停用动态口令")
def give_up_factor(actor: Actor, *, whence: Whence | None = None) -> Person:
    if actor.administers:
        raise StillNeeded
    account = _own(actor)
    _remove(account, whence or Whence(), "本人停用")
    return account.person


@command("identity.remove_factor", audited_as="factor.removed", titled="解除动态口令")
def remove_factor(actor: Actor, *, person: Person, reason: str, whence: Whence | None = None) -> Person:
    """For somebody who lost phone and recovery codes. Their sessions end; an administrator has to enrol anew."""
    held = claim(selectors.people_within(actor, "identity.remove_factor"), person)
    if held.id == actor.person_id:
        raise Refused("不能解除自己的动态口令，请由另一位安全保密管理员办理。")
    if not reason.strip():
        raise DomainError("请写明解除的理由。", field="reason")
    account = Account.objects.select_for_update(of=("self",)).filter(person=held, factor_since__isnull=False).first()
    if account is None:
        raise DomainError("此人没有启用动态口令。")
    _remove(account, whence or Whence(), reason.strip()[:120])
    end_sessions(account)
    return held


def _remove(account: Account, whence: Whence, why: str) -> None:
    Factor.objects.filter(account=account).delete()
    account.factor_since = None
    account.save(update_fields=("factor_since",))
    note(Kind.FACTOR_REMOVED, account.person, whence, why)


def check_code(account: Account, code: str, whence: Whence) -> bool:
    """The second step of signing in, or a grave deed confirmed. Failures count towards the lock of the account."""
    return attempt(account.username, whence, policy_today(), lambda found: _proves(found, code, whence)) is not None


@transaction.atomic
def _proves(account: Account | None, code: str, whence: Whence) -> bool:
    factor = Factor.objects.select_for_update().filter(account=account).exclude(secret=None).first()
    if account is None or factor is None or factor.secret is None:
        return False
    step = _step_of(unseal(factor.secret, Cell.of(factor, "secret")).decode(), code, after=factor.last_step)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=("last_step",))
        return True
    used = RecoveryCode.objects.filter(factor=factor, digest=_digest(factor, code), used_at=None).update(used_at=now())
    if used:
        left = factor.codes.filter(used_at=None).count()
        note(Kind.RECOVERY_USED, account.person, whence, f"还剩 {left} 个")
    return bool(used)


def _step_of(key: str, code: str, *, after: int = 0) -> int | None:
    """Which half minute the code is of, if that is near and later than the one used last."""
    written = "".join(filter(str.isalnum, code))
    here = int(now().timestamp()) // STEP
    generator = pyotp.TOTP(key, interval=STEP)
    for step in range(here - DRIFT, here + DRIFT + 1):
        if step > after and secrets.compare_digest(generator.at(step * STEP).encode(), written.encode()):
            return step
    return None


def _fresh_codes(factor: Factor) -> list[str]:
    factor.codes.all().delete()
    codes = [_recovery_code() for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(factor, code)) for code in codes)
    return codes


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _digest(factor: Factor, code: str) -> str:
    plain = "".join(filter(str.isalnum, code)).lower()
    return sha256(f"{factor.uid}:{plain}".encode()).hexdigest()


def codes_left(account: Account) -> int:
    return RecoveryCode.objects.filter(factor__account=account, used_at=None).count()


def _own(actor: Actor) -> Account:
    return Account.objects.select_for_update(of=("self",)).get(person_id=actor.person_id)
