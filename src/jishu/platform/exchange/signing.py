"""What proves that a push came from us, just now, unchanged. Pure: no database.

The headers are those of the Standard Webhooks convention, so that receivers may use a library they have: the signature
is over id, time and body, and names its algorithm: ``v1`` HMAC-SHA256, ``v1sm3`` HMAC-SM3 (GB/T 15852.2). A receiver
refuses what is more than five minutes from its own clock and an id it has already accepted.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterable

from cryptography.hazmat.primitives import hashes, hmac

PREFIX = "whsec_"
_DIGESTS: dict[str, tuple[str, type[hashes.HashAlgorithm]]] = {
    "sha256": ("v1", hashes.SHA256),
    "sm3": ("v1sm3", hashes.SM3),
}


def new_secret() -> bytes:
    return secrets.token_bytes(32)


def spelt(secret: bytes) -> str:
    """As people copy it into the other system."""
    return PREFIX + b64encode(secret).decode()


def headers_for(*, event: str, at: int, body: bytes, algorithm: str, keys: Iterable[bytes]) -> dict[str, str]:
    """``keys``: the secret in use, and while it still counts the one before it; a receiver accepts either."""
    word, digest = _DIGESTS[algorithm]
    told = f"{event}.{at}.".encode() + body
    signatures = []
    for key in keys:
        mac = hmac.HMAC(key, digest())
        mac.update(told)
        signatures.append(f"{word},{b64encode(mac.finalize()).decode()}")
    return {"webhook-id": event, "webhook-timestamp": str(at), "webhook-signature": " ".join(signatures)}
