"""Work that waits for a person outside of cases: a system says what, the to-do page lists it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One line of the to-do page; ``address`` is where it is done."""

    title: str
    step: str
    """What is to be done: 核实."""
    address: str
    unit: str = ""
    since: datetime | None = None
    due: datetime | None = None
