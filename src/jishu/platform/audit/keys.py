"""Where the key lives and which keys are believed: files in $JISHU_HOME/audit, never the database.

Whoever can rewrite the database must not thereby become able to sign, nor to say whose signature counts.
"""

from collections.abc import Mapping
from pathlib import Path

from jishu.runtime.environment import Environment
from jishu.runtime.home import write_once

from .signing import Ed25519Signer, PublicKey, new_private_key


def place() -> Path:
    return Environment.read().home / "audit"


def signer() -> Ed25519Signer:
    """Made on first use, readable by its owner alone.

    To change the key, move signing.pem away: the next head is signed with a new one, and the old public key in
    trusted/ keeps the old heads good.
    """
    path = place() / "signing.pem"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, new_private_key())
    found = Ed25519Signer(path.read_text())
    _believe(found.public)
    return found


def trusted() -> Mapping[str, PublicKey]:
    """By key id. A key of another machine is believed once its .pub file is laid here."""
    keys = (PublicKey(path.read_text()) for path in sorted(_trusted_place().glob("*.pub")))
    return {key.key_id: key for key in keys}


def _believe(key: PublicKey) -> None:
    path = _trusted_place() / f"{key.key_id}.pub"
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, key.pem)


def _trusted_place() -> Path:
    return place() / "trusted"
