"""The front door: the heart beat of the worker, and the interface for programs that fetch."""

from .json_api import router
from .waking import beat, beating

__all__ = ["beat", "beating", "router"]
