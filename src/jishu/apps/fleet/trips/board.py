"""A day of the board as lanes of half hours: who and what is out when. No database, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

FIRST_HOUR, LAST_HOUR = 6, 22
SLOT = timedelta(minutes=30)


@dataclass(frozen=True)
class Cell:
    """A free half hour, or ``trip`` over so many of them. ``is_cut``: it goes on before or after what is shown."""

    at: datetime
    span: int = 1
    trip: Any = None
    is_cut: bool = False


@dataclass(frozen=True)
class Lane:
    thing: Any
    cells: tuple[Cell, ...]
    trips: int


def shown(day: date, zone: Any) -> tuple[datetime, datetime]:
    return datetime.combine(day, time(FIRST_HOUR), zone), datetime.combine(day, time(LAST_HOUR), zone)


def hours() -> list[int]:
    return list(range(FIRST_HOUR, LAST_HOUR))


def lanes(things: Iterable[Any], trips: Sequence[Any], key: str, day: date, zone: Any) -> list[Lane]:
    """``trips`` of any thing, in the order of their departure; those of one thing never overlap."""
    by_thing: dict[int, list[Any]] = {}
    for trip in trips:
        by_thing.setdefault(getattr(trip, key), []).append(trip)
    return [_lane(thing, by_thing.get(thing.pk, []), *shown(day, zone)) for thing in things]


def _lane(thing: Any, trips: Sequence[Any], since: datetime, until: datetime) -> Lane:
    cells: list[Cell] = []
    at = since
    for trip in trips:
        first = max(_floor(trip.leaves_at, since), at)
        end = trip.returned_at if trip.returned_at and trip.returned_at < trip.returns_at else trip.returns_at
        last = min(_ceil(max(end, trip.leaves_at + SLOT), since), until)
        if last <= first:
            continue
        cells += _free(at, first)
        is_cut = trip.leaves_at < since or end > until
        cells.append(Cell(first, int((last - first) / SLOT), trip, is_cut))
        at = last
    return Lane(thing, (*cells, *_free(at, until)), len(trips))


def _free(since: datetime, until: datetime) -> list[Cell]:
    return [Cell(since + SLOT * at) for at in range(int((until - since) / SLOT))]


def _floor(moment: datetime, since: datetime) -> datetime:
    return since + SLOT * ((moment - since) // SLOT)


def _ceil(moment: datetime, since: datetime) -> datetime:
    return since + SLOT * -((since - moment) // SLOT)
