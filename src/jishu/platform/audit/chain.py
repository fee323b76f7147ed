"""What is hashed, and how. Pure: no database."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes

GENESIS = bytes(32)

_FRESH = hashes.Hash(hashes.SM3())  # copied for every digest: half the cost of making one
_SPELLING = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sm3(data: bytes) -> bytes:
    """GB/T 32905-2016 digest, 32 bytes."""
    digest = _FRESH.copy()
    digest.update(data)
    return digest.finalize()


def canonical(facts: Mapping[str, Any]) -> bytes:
    """One spelling per value: sorted keys, no spaces, UTF-8."""
    return _SPELLING.encode(facts).encode()


def link(previous: bytes, facts: Mapping[str, Any]) -> bytes:
    """The hash of an entry, given that of the one before it in its chain."""
    return sm3(previous + canonical(facts))
