"""Passwords: what is asked of them, changing one's own, and the one-time password an administrator gives out."""

import gzip
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import check_password, make_password

from jishu.platform.command import claim, command, touched
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError, Refused
from jishu.platform.lib.pinyin import pinyin_initials, pinyin_key

from . import selectors
from .actor import Actor
from .login import confirm_password
from .models import Account, PastPassword, Person, Policy
from .policy import policy_for, policy_today
from .sessions import end_sessions
from .trail import Kind, Whence, note

LONGEST = 128
_MIN_DIFFERENT = 5
_SHORTEST_NAME = 3  # letters: shorter ones stand in every other word
# What people here think of first; the general list knows only what foreigners do.
_OURS = {
    "jishu", "jiguan", "shiwu", "jgsw", "jgswj", "zhengfu", "bangong", "bangongshi", "yunxi", "woaini", "mima",
    "wodemima", "guanliyuan", "admin", "administrator", "password", "passwd", "qwerty", "asdfgh", "zxcvbn", "qazwsx",
    "abcd", "abcdef", "test", "root", "huawei", "changeme", "welcome",
}  # fmt: skip
_LEET = str.maketrans("@4031!$57", "aaoeiisst")
_EDGES = re.compile(r"^[^a-z]+|[^a-z]+$")
_NO_LETTER = re.compile(r"[^a-z0-9]")
_CLEAR = "ABCDEFGHJKMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz", "23456789"


class PasswordUnfit(DomainError):
    """新密码不符合账号安全规定。"""


def rules_of(policy: Policy) -> list[str]:
    """Told before anybody errs."""
    others = f"，其他人员每 {policy.max_age_days} 天更换一次" if policy.max_age_days else ""
    return [
        f"至少 {policy.min_length} 位",
        f"含大写字母、小写字母、数字、符号中的至少 {policy.min_classes} 种；{policy.phrase_length} 位以上的长口令不限",
        "不含姓名、姓名拼音、账号和人员编号，不用常见密码或键盘顺序",
        *([f"不与最近 {policy.history} 次用过的密码相同"] if policy.history else []),
        f"管理员每 {policy.admin_max_age_days} 天更换一次{others}",
    ]


def complaints(password: str, account: Account, policy: Policy) -> Iterator[str]:
    """Every reason why this password cannot be taken, in words that say what to do."""
    if len(password) < policy.min_length:
        yield f"新密码只有 {len(password)} 位，至少要 {policy.min_length} 位。"
    if len(password) > LONGEST:
        yield f"新密码不能超过 {LONGEST} 位。"
    if len(password) < policy.phrase_length and (found := _classes(password)) < policy.min_classes:
        yield f"新密码只用了 {found} 种字符，请用大写字母、小写字母、数字、符号中的至少 {policy.min_classes} 种。"
    if len(set(password)) < _MIN_DIFFERENT:
        yield f"新密码里不同的字符太少，请至少用 {_MIN_DIFFERENT} 个不同的字符。"
    if _names_in(password, account):
        yield "新密码含有您的姓名、姓名拼音、账号或人员编号，请换一个。"
    if _is_common(password):
        yield "新密码太常见，容易被猜中，请换一个。"


def _classes(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda sign: not sign.isalnum())
    return sum(any(map(test, password)) for test in tests)


def _names_in(password: str, account: Account) -> bool:
    person = account.person
    written = password.lower()
    plain = _NO_LETTER.sub("", written)
    spelt = re.sub(r"[^a-z]", "", pinyin_key(person.name, person=True))
    initials = pinyin_initials(person.name, person=True)
    names = [account.username.lower(), person.code.lower(), person.name, spelt]
    if any(len(name) >= _SHORTEST_NAME and (name in written or name in plain) for name in names):
        return True
    if len(person.name) > 1 and person.name in password:
        return True
    # 李建国2026: what remains without digits and signs is nothing but the initials.
    return len(initials) > 1 and _EDGES.sub("", written) == initials


def _is_common(password: str) -> bool:
    lower = password.lower()
    for form in (lower, lower.translate(_LEET)):
        core = _EDGES.sub("", form)
        if {form, core, _NO_LETTER.sub("", form)} & _common() or core in _OURS:
            return True
    return False


@cache
def _common() -> frozenset[str]:
    """The twenty thousand that ship with Django, but not the short words in them: those are only part of a password."""
    path = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(word for line in lines if len(word := line.strip().lower()) > _MIN_DIFFERENT)


def change_password(
    actor: Actor, *, old: str, new: str, whence: Whence | None = None, keep: UUID | None = None
) -> Person:
    """The old one is asked for first, and guessing it is counted. Every session ends but ``keep``."""
    if actor.person is None:
        raise Refused
    whence = whence or Whence()
    confirm_password(actor.person.account, old, whence)
    return _change(actor, new=new, whence=whence, keep=keep)


@command("identity.change_own_password", audited_as="password.changed", titled="修改密码")
def _change(actor: Actor, *, new: str, whence: Whence, keep: UUID | None) -> Person:
    account = _own_account(actor)
    policy = policy_for(account)
    reasons = list(complaints(new, account, policy)) or list(_repeats(new, account, policy))
    if reasons:
        raise PasswordUnfit("".join(reasons), field="new")
    _store(account, new)
    end_sessions(account, but=keep)
    note(Kind.PASSWORD_CHANGED, account.person, whence)
    return account.person


def _own_account(actor: Actor) -> Account:
    return Account.objects.select_for_update(of=("self",)).get(person_id=actor.person_id)


def _repeats(new: str, account: Account, policy: Policy) -> Iterator[str]:
    past = account.past_passwords.values_list("password", flat=True)[: max(0, policy.history - 1)]
    used = [account.password, *past] if policy.history else [account.password]
    if any(check_password(new, one) for one in used):
        yield f"新密码与最近 {max(1, policy.history)} 次用过的密码相同，请换一个。"


def _store(account: Account, new: str) -> None:
    PastPassword.objects.create(account=account, password=account.password)
    account.password = make_password(new)
    account.password_set_at = now()
    account.must_change, account.one_time_until = False, None
    account.save(update_fields=("password", "password_set_at", "must_change", "one_time_until"))


@command("identity.reset_password", audited_as="password.reset", titled="重置密码")
def reset_password(actor: Actor, *, person: Person, whence: Whence | None = None) -> tuple[Person, str]:
    """A one-time password, to be told to the person and nobody else; every session of theirs ends.

    Nobody resets their own: whoever sits at an administrator's desk would have the account.
    """
    rows = selectors.people_within(actor, "identity.reset_password")
    held = claim(rows, person)
    if actor.person is not None and held.id == actor.person_id:
        raise Refused("不能重置自己的密码，请在“修改密码”中修改，或由另一位管理员重置。")
    account = Account.objects.select_for_update(of=("self",)).filter(person=held).first()
    if account is None:
        raise DomainError("此人还没有账号，请先开立账号。")
    touched(held)
    issued = one_time_password()
    _store(account, issued)
    account.must_change = True
    account.one_time_until = now() + timedelta(hours=policy_today().one_time_hours)
    account.failures, account.locked_until = 0, None
    account.save(update_fields=("must_change", "one_time_until", "failures", "locked_until"))
    end_sessions(account)
    note(Kind.PASSWORD_RESET, held, whence or Whence())
    return held, issued


def one_time_password() -> str:
    """Twelve signs in three groups, none of which is mistaken for another when read aloud."""
    while True:
        signs = "".join(secrets.choice("".join(_CLEAR)) for _ in range(12))
        if all(any(sign in kind for sign in signs) for kind in _CLEAR):
            return "-".join((signs[:4], signs[4:8], signs[8:]))
