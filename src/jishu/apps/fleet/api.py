"""The front door for the composition root: what sets up a fleet that has a past, and sends cars."""

from .trips.driving import accept, come_back, depart
from .trips.planning import begin_numbers, plan_trip
from .trips.suggesting import suggest

__all__ = ["accept", "begin_numbers", "come_back", "depart", "plan_trip", "suggest"]
