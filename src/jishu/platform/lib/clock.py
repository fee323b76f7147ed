"""What time it is. Everyone asks here, so that a test can stop the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

_stopped_at: list[datetime] = []


def now() -> datetime:
    return _stopped_at[-1] if _stopped_at else datetime.now(ZONE)


def today() -> date:
    """The day it is in China, whatever the server's time zone."""
    return now().astimezone(ZONE).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock, for every thread of the process. A moment without zone is read as Chinese time."""
    _stopped_at.append(at if at.tzinfo else at.replace(tzinfo=ZONE))
    try:
        yield
    finally:
        _stopped_at.pop()
