"""What waits for a keeper besides cases: deliveries of what was approved, and what runs out."""

from jishu.platform.contract import Waiting
from jishu.platform.identity.api import Actor

from .purchase import contract as purchase
from .supplies import contract as supplies


def waiting(actor: Actor) -> list[Waiting]:
    return [*purchase.waiting(actor), *supplies.waiting(actor)]
