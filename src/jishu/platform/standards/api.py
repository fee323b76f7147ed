"""The front door: which rule holds, and how a case keeps it."""

from .in_force import ruling
from .ruling import Ruling, Severity, ruling_of

__all__ = ["Ruling", "Severity", "ruling", "ruling_of"]
