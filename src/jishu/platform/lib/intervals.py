"""Half-open intervals of dates or instants: one may start exactly when another ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Moment = TypeVar("Moment", bound=date)  # datetime is a date; the two never mix in one interval


@dataclass(frozen=True, order=True)
class Interval(Generic[Moment]):
    """From ``start``, up to but not including ``end``."""

    start: Moment
    end: Moment

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError("An interval ends after it starts.")

    def __contains__(self, moment: Moment) -> bool:
        return self.start <= moment < self.end

    def covers(self, other: "Interval[Moment]") -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Interval[Moment]") -> bool:
        return self.start < other.end and other.start < self.end

    def common_with(self, other: "Interval[Moment]") -> "Interval[Moment] | None":
        if not self.overlaps(other):
            return None
        return Interval(max(self.start, other.start), min(self.end, other.end))


def merge(intervals: Iterable[Interval[Moment]]) -> list[Interval[Moment]]:
    """The same time in as few intervals as possible, in order; touching ones become one."""
    merged: list[Interval[Moment]] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            merged[-1] = Interval(merged[-1].start, max(merged[-1].end, interval.end))
        else:
            merged.append(interval)
    return merged


def subtract(whole: Iterable[Interval[Moment]], taken: Iterable[Interval[Moment]]) -> list[Interval[Moment]]:
    """What is left of ``whole``, in order."""
    left = merge(whole)
    for gone in merge(taken):
        left = [piece for interval in left for piece in _without(interval, gone)]
    return left


def _without(interval: Interval[Moment], gone: Interval[Moment]) -> Iterable[Interval[Moment]]:
    if not interval.overlaps(gone):
        yield interval
        return
    if interval.start < gone.start:
        yield Interval(interval.start, gone.start)
    if gone.end < interval.end:
        yield Interval(gone.end, interval.end)
