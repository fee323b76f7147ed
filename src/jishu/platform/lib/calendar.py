"""The working calendar: holidays, moved working days (调休) and office hours, and how deadlines run through them.

Holidays are published year by year; some ship with the platform, later ones are brought in by an administrator
(``workflow.years``), who is above this package and hands them to ``use``. A year not yet published counts weekends
only; ``is_published`` says so, and a deadline reaching into it should be shown with that reservation.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files

from .clock import ZONE

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class WorkingHours:
    """The hours of one working day, in order, lunch left out."""

    spans: tuple[tuple[time, time], ...]

    @property
    def length(self) -> timedelta:
        return sum((_since_midnight(end) - _since_midnight(start) for start, end in self.spans), timedelta())


OFFICE_HOURS = WorkingHours(((time(8, 30), time(12)), (time(14), time(17, 30))))


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


@dataclass(frozen=True)
class Calendar:
    """By year, every day a notice speaks of and whether it is worked; the other days follow the week."""

    years: Mapping[int, Mapping[date, bool]]

    def is_working_day(self, day: date) -> bool:
        return self.years.get(day.year, {}).get(day, day.weekday() < _SATURDAY)

    def knows(self, year: int) -> bool:
        """New Year's Day is in every notice."""
        return date(year, 1, 1) in self.years.get(year, {})

    def with_years(self, years: Mapping[int, Mapping[date, bool]]) -> "Calendar":
        return Calendar({**self.years, **years})


@cache
def shipped() -> Calendar:
    """The years that come with the platform."""
    years: dict[int, dict[date, bool]] = {}
    for file in files(__package__).joinpath("data/holidays").iterdir():
        if file.name.endswith(".json"):
            for told in json.loads(file.read_text("utf-8"))["days"]:
                day = date.fromisoformat(told["date"])
                years.setdefault(day.year, {})[day] = not told["isOffDay"]
    return Calendar(years)


# What an administrator brought in comes before what was shipped. One value, exchanged whole, for every thread.
_in_use: list[Calendar] = []


def calendar() -> Calendar:
    """The one in use."""
    return _in_use[0] if _in_use else shipped()


def use(years: Mapping[int, Mapping[date, bool]]) -> None:
    """From now on, in this process: these years instead of the shipped ones; none of them leaves those alone."""
    _in_use[:] = [shipped().with_years(years)]


def is_published(year: int) -> bool:
    """Whether the holidays of that year are known."""
    return calendar().knows(year)


def is_working_day(day: date) -> bool:
    return calendar().is_working_day(day)


def add_working_time(
    start: datetime, time_or_days: timedelta | Decimal | int, hours: WorkingHours = OFFICE_HOURS,
    by: Calendar | None = None,
) -> datetime:  # fmt: skip
    """The moment that much working time after ``start`` is used up; a number counts working days (工作日)."""
    left = time_or_days if isinstance(time_or_days, timedelta) else _days_of_work(time_or_days, hours)
    if left < timedelta():
        raise ValueError("Working time is added forwards only.")
    moment = start.astimezone(ZONE)
    if not left:
        return moment
    for opens, closes in _spans_from(moment, hours, by or calendar()):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("Working days never end.")


def working_time_between(
    start: datetime, end: datetime, hours: WorkingHours = OFFICE_HOURS, by: Calendar | None = None
) -> timedelta:
    """Working time from ``start`` to ``end``; negative when the end has already passed (超期)."""
    if end < start:
        return -working_time_between(end, start, hours, by)
    last = end.astimezone(ZONE)
    worked = timedelta()
    for opens, closes in _spans_from(start.astimezone(ZONE), hours, by or calendar()):
        if opens >= last:
            break
        worked += min(closes, last) - opens
    return worked


def deadline(start: datetime, days: Decimal | int, hours: WorkingHours = OFFICE_HOURS) -> datetime:
    """When a promise of so many working days (承诺时限), counted from ``start``, runs out."""
    return add_working_time(start, Decimal(days), hours)


def _days_of_work(days: Decimal | int, hours: WorkingHours) -> timedelta:
    return timedelta(microseconds=int(days * (hours.length // timedelta(microseconds=1))))


def _spans_from(start: datetime, hours: WorkingHours, by: Calendar) -> Iterator[tuple[datetime, datetime]]:
    day = start.date()
    while True:
        if by.is_working_day(day):
            for opens, closes in hours.spans:
                closing = datetime.combine(day, closes, ZONE)
                if closing > start:
                    yield max(start, datetime.combine(day, opens, ZONE)), closing
        day += _DAY
