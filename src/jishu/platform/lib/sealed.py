"""Secrets at rest: SM4-GCM, bound to the very cell they stand in, under keys that the database never sees.

Whoever copies the database learns nothing without $JISHU_HOME/sealing; whoever can write to it cannot move a secret
from one row or column to another, since the place is authenticated along with it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from jishu.runtime.environment import Environment
from jishu.runtime.home import write_once

_VERSION = b"\x01"
_ID, _NONCE, _TAG, _KEY = 8, 12, 16, 16  # bytes
_HEAD = len(_VERSION) + _ID + _NONCE


class Unopenable(RuntimeError):
    """密文无法解开：密钥不在 JISHU_HOME/sealing 目录中，或者密文被改动、挪了位置。"""


@dataclass(frozen=True)
class Cell:
    """Where a secret stands: table, column and the ``uid`` of the row. A secret opens nowhere else."""

    table: str
    column: str
    row: UUID

    @classmethod
    def of(cls, record: Any, column: str) -> Self:
        """``record`` need not be stored yet: its ``uid`` is random and given when it is made."""
        return cls(record._meta.db_table, column, record.uid)

    @property
    def spelt(self) -> bytes:
        return f"{self.table}|{self.column}|{self.row}".encode()


def seal(secret: str | bytes, cell: Cell) -> bytes:
    """What may be stored: version, key id, nonce, ciphertext and tag. For a ``BinaryField``."""
    key = _current()
    nonce = os.urandom(_NONCE)
    lock = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    lock.authenticate_additional_data(_VERSION + cell.spelt)
    plain = secret.encode() if isinstance(secret, str) else secret
    hidden = lock.update(plain) + lock.finalize()
    return _VERSION + key_id(key) + nonce + hidden + lock.tag


def unseal(stored: bytes | memoryview, cell: Cell) -> bytes:
    """The secret again, or Unopenable: never something else."""
    whole = bytes(stored)
    if len(whole) < _HEAD + _TAG or whole[:1] != _VERSION:
        raise Unopenable(Unopenable.__doc__)
    key = _keys().get(whole[1 : 1 + _ID])
    if key is None:
        raise Unopenable(Unopenable.__doc__)
    nonce, hidden, tag = whole[1 + _ID : _HEAD], whole[_HEAD:-_TAG], whole[-_TAG:]
    lock = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    lock.authenticate_additional_data(_VERSION + cell.spelt)
    try:
        return lock.update(hidden) + lock.finalize()
    except InvalidTag:
        raise Unopenable(Unopenable.__doc__) from None


def is_current(stored: bytes | memoryview) -> bool:
    """Whether it is sealed with the key in use; what is not can be sealed again when it is next at hand."""
    return bytes(stored)[1 : 1 + _ID] == key_id(_current())


def key_id(key: bytes) -> bytes:
    """Tells which key without telling the key."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"jishu sealing key id" + key)
    return digest.finalize()[:_ID]


def place() -> Path:
    """One ``current.key`` that seals, and any other ``*.key``, which only open: to change the key, rename the file.

    Several machines on one database need the same files.
    """
    return Environment.read().home / "sealing"


def _current() -> bytes:
    path = place() / "current.key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, os.urandom(_KEY).hex())
    return _read(path)


def _keys() -> Mapping[bytes, bytes]:
    keys = map(_read, sorted(place().glob("*.key")))
    return {key_id(key): key for key in keys}


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != _KEY:
        raise Unopenable(f"{path.name} 不是密钥文件（应为 32 位十六进制）。")
    return key
