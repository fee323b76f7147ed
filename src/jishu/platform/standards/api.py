"""The front door: which rule holds, how a case keeps it, and how two people change it."""

from .in_force import agencies_under, ruling, rulings
from .ruling import Ruling, Severity, ruling_of
from .selectors import editions_visible_to
from .services import Adjustment, confirm_change, propose_adjustment

__all__ = [
    "Adjustment",
    "Ruling",
    "Severity",
    "agencies_under",
    "confirm_change",
    "editions_visible_to",
    "propose_adjustment",
    "ruling",
    "ruling_of",
    "rulings",
]
