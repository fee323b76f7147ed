"""The front door for the composition root: what sets up a ledger that has a past."""

from .acceptance.services import accept
from .counting.services import plan_campaign, settle_lines, start_campaign

__all__ = ["accept", "plan_campaign", "settle_lines", "start_campaign"]
