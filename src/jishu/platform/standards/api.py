"""The front door: which rule holds, and how a case keeps it."""

from .in_force import agencies_under, ruling, rulings
from .ruling import Ruling, Severity, ruling_of
from .selectors import editions_visible_to

__all__ = ["Ruling", "Severity", "agencies_under", "editions_visible_to", "ruling", "ruling_of", "rulings"]
