"""Flows as BPMN 2.0: written with a layout and all our settings, read back as far as our tree can say it."""

from .graph import Loss, Unreadable
from .reading import Read, read
from .writing import written

__all__ = ["Loss", "Read", "Unreadable", "read", "written"]
