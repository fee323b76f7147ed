"""Checking an export far away from the database: only the file and the public key are needed. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from . import chain
from .heads import NotAHead, SignedHead
from .signing import PublicKey, UnusableKey
from .tree import SM3, extends, includes

FORMAT = "jishu.audit/1"


class NotAnExport(ValueError):
    """这不是审计记录的导出文件。"""


@dataclass
class Checked:
    """``problems`` empty: every entry was in the tree when its head was signed, word for word as it stands here."""

    head: SignedHead
    key_id: str
    entries: int = 0
    problems: list[str] = field(default_factory=list)


def check(lines: Iterable[str], key: PublicKey | None = None) -> Checked:
    """Without ``key`` the one in the file is used: that proves the file whole, but not who signed it."""
    reading = iter(lines)
    opening = _parsed(next(reading, ""))
    if opening.get("format") != FORMAT:
        raise NotAnExport(NotAnExport.__doc__)
    checked = _checked_head(opening, key)
    is_ended = False
    for number, line in enumerate(reading, 2):
        if is_ended:
            checked.problems.append(f"第 {number} 行在结尾之后，系添加")
            break
        try:
            told = _parsed(line)
        except NotAnExport:
            checked.problems.append(f"第 {number} 行无法识别")
            continue
        if "entry" in told:
            checked.entries += 1
            _check_entry(told, number, checked)
        else:
            is_ended = True
            if told.get("entries") != checked.entries:
                checked.problems.append(f"应有 {told.get('entries')} 条，实有 {checked.entries} 条")
    if not is_ended:
        checked.problems.append("文件不完整：缺少结尾一行")
    return checked


def _checked_head(opening: dict[str, Any], key: PublicKey | None) -> Checked:
    try:
        head = SignedHead.from_json(opening.get("head"))
        key = key or PublicKey(str(opening.get("public_key")))
        checked = Checked(head, key.key_id)
        if not head.holds_with(key):
            checked.problems.append(f"树头的签名与公钥 {key.key_id} 不符")
        if told := opening.get("extends"):
            _check_extension(told, head, key, checked)
    except (NotAHead, UnusableKey) as error:
        raise NotAnExport(str(error)) from error
    return checked


def _check_extension(told: Any, head: SignedHead, key: PublicKey, checked: Checked) -> None:
    before = SignedHead.from_json(told.get("head"))
    path = _hashes(told.get("path"))
    if not before.holds_with(key) and before.key_id == key.key_id:
        checked.problems.append(f"前一树头的签名与公钥 {key.key_id} 不符")
    roots = bytes.fromhex(before.root), bytes.fromhex(head.root)
    if path is None or not extends(before.size, head.size, path, *roots):
        checked.problems.append(f"树头 {head.size} 不是由树头 {before.size} 只增不改而来")


def _check_entry(told: dict[str, Any], number: int, checked: Checked) -> None:
    facts, previous, path = told["entry"], _hashes([told.get("previous")]), _hashes(told.get("path"))
    leaf = told.get("leaf")
    if not isinstance(facts, dict) or previous is None or path is None or not isinstance(leaf, int):
        checked.problems.append(f"第 {number} 行无法识别")
        return
    digest = SM3.leaf(chain.link(previous[0], facts))
    if not includes(digest, leaf, checked.head.size, path, bytes.fromhex(checked.head.root)):
        who, verb = facts.get("actor_name"), facts.get("verb")
        checked.problems.append(f"第 {number} 行（{who}，{verb}，标识 {facts.get('uid')}）与签名的树头不符，内容被改动")


def _hashes(told: Any) -> list[bytes] | None:
    try:
        return [bytes.fromhex(one) for one in told]
    except (TypeError, ValueError):
        return None


def _parsed(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        raise NotAnExport(NotAnExport.__doc__) from None
    if not isinstance(told, dict):
        raise NotAnExport(NotAnExport.__doc__)
    return told
