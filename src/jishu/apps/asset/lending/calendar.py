"""A month of loans, thing by thing: which days a thing is away or promised. No database, no clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any


@dataclass(frozen=True)
class Cell:
    """So many days in a row: free, or ``loan``. ``days`` are those of the month only."""

    first: date
    days: int
    loan: Any = None


@dataclass(frozen=True)
class Row:
    card: Any
    cells: tuple[Cell, ...]


def last_day_of(loan: Any, today: date) -> date:
    """The day before it may be lent again; what is overdue is away until today."""
    if loan.returned_on is not None:
        return max(loan.returned_on - timedelta(days=1), loan.lent_on)
    return max(loan.due_on, today) if loan.state == "lent" else loan.due_on


def month_rows(loans: Iterable[Any], days: list[date], today: date) -> list[Row]:
    """``loans`` in the order of their cards, then of their days; those of one card never overlap."""
    return [Row(card, tuple(_cells(list(held), days, today))) for card, held in groupby(loans, attrgetter("card"))]


def _cells(loans: list[Any], days: list[date], today: date) -> Iterator[Cell]:
    at, end = days[0], days[-1]
    for loan in loans:
        first, last = max(loan.lent_on, at), min(last_day_of(loan, today), end)
        if last < first:
            continue
        yield from _free(at, first)
        yield Cell(first, (last - first).days + 1, loan)
        at = last + timedelta(days=1)
    yield from _free(at, end + timedelta(days=1))


def _free(since: date, until: date) -> Iterator[Cell]:
    while since < until:
        yield Cell(since, 1)
        since += timedelta(days=1)
