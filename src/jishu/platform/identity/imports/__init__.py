"""Units and people come from the lists offices keep: what each column may be called, and what each row means."""

from .people import PEOPLE
from .units import UNITS

__all__ = ["PEOPLE", "UNITS"]
