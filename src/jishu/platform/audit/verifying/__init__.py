"""Proving that nothing was touched: every chain, leaf and signature recomputed, and whatever is off called by name."""

from .examination import verify
from .flaws import Flaw, Verdict

__all__ = ["Flaw", "Verdict", "verify"]
