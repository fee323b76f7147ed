"""Which years the calendar of this process knows beside those that were shipped, kept in step with the database."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from jishu.platform.lib import calendar
from jishu.platform.lib.db import scalars
from jishu.platform.workflow.models import HolidayYear

# Asked along with the counts of every page: the calendar of each process is at most one page behind.
CALENDAR_STAMP = "SELECT max(id) FROM workflow_holidayyear WHERE state = 'completed'"
_loaded: list[int | None] = [None]


def keep_in_step(stamp: int | None) -> None:
    """``stamp`` is what CALENDAR_STAMP said; years are loaded when it is another than last time."""
    if _loaded[0] != stamp:
        calendar.use({one.year: worked(one.days) for one in HolidayYear.objects.filter(state="completed")})
        _loaded[0] = stamp


def refresh() -> None:
    """For whoever has no page: the worker, the doctor."""
    keep_in_step(scalars(CALENDAR_STAMP)[0])


def worked(days: Iterable[Mapping[str, Any]]) -> dict[date, bool]:
    return {date.fromisoformat(one["date"]): not one["off"] for one in days}
