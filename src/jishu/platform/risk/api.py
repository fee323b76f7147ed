"""The front door: alerts as they stand, what is done about them, and looking for more."""

from .checking import look_for_all
from .models import Alert
from .selectors import by_level, failing_watches, last_look
from .services import close, confirm, dismiss, escalate_overdue, remedy

__all__ = [
    "Alert",
    "by_level",
    "close",
    "confirm",
    "dismiss",
    "escalate_overdue",
    "failing_watches",
    "last_look",
    "look_for_all",
    "remedy",
]
