"""The front door: tell of a fact, number what is committed, read streams."""

from .keeping import prune
from .publishing import Fact, Misshapen, OutsideTransaction, Undeclared, publish, publish_all
from .reading import PREFIX, End, cloud_event, end_of, ends, event_called, events_after
from .sequencing import sequence, sequence_all

__all__ = [
    "PREFIX", "End", "Fact", "Misshapen", "OutsideTransaction", "Undeclared", "cloud_event", "end_of", "ends",
    "event_called", "events_after", "prune", "publish", "publish_all", "sequence", "sequence_all",
]  # fmt: skip
