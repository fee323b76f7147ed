"""The front door: what is prepared here by one and decided by another."""

from .granting import confirm, keep_bundle, propose_grants
from .leaving import depart, freeze_all
from .models import Bundle, GrantRequest, Reorganisation, Step
from .reorganising import add_step, carry_out, draft, propose

__all__ = [
    "Bundle", "GrantRequest", "Reorganisation", "Step", "add_step", "carry_out", "confirm", "depart", "draft",
    "freeze_all", "keep_bundle", "propose", "propose_grants",
]  # fmt: skip
