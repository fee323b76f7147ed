"""A flow as JSON, and the hash that names its version."""

import hashlib
import json
from functools import lru_cache
from typing import Any

from jishu.platform.contract import Flow

from .codec import decode, encode


@lru_cache(maxsize=256)
def hash_of(flow: Flow) -> str:
    """The same flow has the same hash, wherever and whenever it was declared."""
    spelt = json.dumps(encode(flow), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelt.encode()).hexdigest()


def flow_from(data: Any) -> Flow:
    return decode(Flow, data)
