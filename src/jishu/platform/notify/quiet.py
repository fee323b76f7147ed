"""When people are left alone: outside 08:00–18:00 of working days. Pure but for the calendar."""

from datetime import datetime, time, timedelta

from jishu.platform.lib.calendar import WorkingHours, add_working_time, is_working_day
from jishu.platform.lib.clock import ZONE

HOURS = WorkingHours(((time(8), time(18)),))
DIGEST_AT = time(8, 30)
_INSTANT = timedelta(microseconds=1)


def heard_from(at: datetime) -> datetime:
    """``at`` itself when it is no quiet hour, else the moment the next working day begins."""
    return add_working_time(at, _INSTANT, HOURS) - _INSTANT


def next_digest(at: datetime) -> datetime:
    """The next half past eight of a working day."""
    local = at.astimezone(ZONE)
    day = local.date() if local.time() < DIGEST_AT else local.date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, DIGEST_AT, ZONE)
