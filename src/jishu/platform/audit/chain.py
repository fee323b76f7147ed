"""What is hashed, and how. Pure: no database."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes

GENESIS = bytes(32)


def sm3(data: bytes) -> bytes:
    """GB/T 32905-2016 digest, 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def canonical(facts: Mapping[str, Any]) -> bytes:
    """One spelling per value: sorted keys, no spaces, UTF-8."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def link(previous: bytes, facts: Mapping[str, Any]) -> bytes:
    """The hash of an entry, given that of the one before it in its chain."""
    return sm3(previous + canonical(facts))
