"""Who vouches for a tree head: a signer, and the public keys that are believed. Pure: no database, no files."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from .chain import sm3

ED25519 = "Ed25519"


class UnusableKey(ValueError):
    """不是本平台认得的密钥（Ed25519,PEM 格式）。"""


class Signer(Protocol):
    """A key file now; SM2, a card or a 密码机 later. ``key_id`` and ``algorithm`` are signed along with each head."""

    @property
    def algorithm(self) -> str: ...
    @property
    def key_id(self) -> str: ...
    def sign(self, message: bytes) -> bytes: ...


@dataclass(frozen=True)
class PublicKey:
    """What signatures are checked with. ``pem`` may be given to anybody."""

    pem: str

    def __post_init__(self) -> None:
        self._key  # noqa: B018 — refused now rather than when it is needed

    @property
    def key_id(self) -> str:
        """The first half of the key's SM3 digest: short enough to read out over the telephone."""
        return sm3(self._key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hex()[:32]

    @property
    def algorithm(self) -> str:
        return ED25519

    def verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    @cached_property
    def _key(self) -> Ed25519PublicKey:
        try:
            key = load_pem_public_key(self.pem.encode())
        except ValueError:
            raise UnusableKey(UnusableKey.__doc__) from None
        if not isinstance(key, Ed25519PublicKey):
            raise UnusableKey(UnusableKey.__doc__)
        return key


class Ed25519Signer:
    def __init__(self, pem: str) -> None:
        try:
            key = load_pem_private_key(pem.encode(), None)
        except (ValueError, TypeError):
            raise UnusableKey(UnusableKey.__doc__) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise UnusableKey(UnusableKey.__doc__)
        self._key = key
        self.public = PublicKey(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())
        self.algorithm, self.key_id = ED25519, self.public.key_id

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def new_private_key() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
