"""Which branches the values of a form open."""

from collections.abc import Mapping
from typing import Any

from jishu.platform.contract import Branch, holds


def taken(branches: tuple[Branch, ...], facts: Mapping[str, Any]) -> list[int]:
    """The places of the branches that hold, the lowest priority number first."""
    true = [at for at, branch in enumerate(branches) if holds(branch.when, facts)]
    return sorted(true, key=lambda at: branches[at].priority)
