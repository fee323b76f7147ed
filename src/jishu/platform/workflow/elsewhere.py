"""To-dos that are no cases: each system tells its own by its contract (待办汇聚)."""

from collections.abc import Sequence

from jishu.platform.contract import Waiting, contracts
from jishu.platform.identity.api import Actor

_NO_DAY = float("inf")


def waiting_elsewhere(actor: Actor) -> Sequence[Waiting]:
    """Soonest due first."""
    found = [one for system in contracts() if system.waiting is not None for one in system.waiting(actor)]
    return sorted(found, key=lambda one: one.due.timestamp() if one.due else _NO_DAY)
