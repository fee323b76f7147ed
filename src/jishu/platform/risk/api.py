"""The front door: how many alerts of each level are open, and what the last look for each risk came to."""

from .checking import look_for_all
from .selectors import by_level, failing_watches, last_look

__all__ = ["by_level", "failing_watches", "last_look", "look_for_all"]
