"""What a figure answers, and the table of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from unicodedata import east_asian_width


@dataclass(frozen=True)
class Goal:
    """A value that must not be passed, in the unit of the figure."""

    at_most: float
    unit: str

    def __str__(self) -> str:
        return f"≤ {self.at_most:g} {self.unit}"


@dataclass(frozen=True)
class Measured:
    """One line of the table. ``checked``: each goal with the value that is held against it."""

    what: str
    value: str
    checked: tuple[tuple[Goal, float], ...] = ()

    @property
    def goal(self) -> str:
        return ",".join(str(goal) for goal, _ in self.checked)

    @property
    def verdict(self) -> str:
        if not self.checked:
            return ""
        missed = [goal.unit for goal, value in self.checked if value > goal.at_most]
        return f"未达到：{'、'.join(missed)}" if missed else "达到"


def as_table(lines: Iterable[Measured]) -> list[str]:
    rows = [("数字", "测得", "目标", "结论"), *((one.what, one.value, one.goal, one.verdict) for one in lines)]
    widths = [max(_width(row[at]) for row in rows) for at in range(4)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def p95(seconds: Iterable[float]) -> float:
    found = sorted(seconds)
    return found[int(len(found) * 0.95)]


def middle(values: Iterable[float]) -> float:
    """The machine is shared: one disturbed round must not decide."""
    return median(values)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
