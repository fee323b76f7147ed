"""What a system watches for (风险) and what it counts (指标): declared once, worked out by queries of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class Level(StrEnum):
    """How soon somebody must look. A level is never a verdict."""

    RED = "red"  # 立即处置
    YELLOW = "yellow"  # 限期核实
    BLUE = "blue"  # 提示


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The document a risk or a figure is founded on, and the place in it."""

    document: str
    clause: str = ""

    def __str__(self) -> str:
        return f"{self.document}{self.clause}"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A record by the key of its resource, as people call it: opened by whoever may see it anyway."""

    kind: str
    uid: UUID
    label: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of evidence, as it stood when it was found; ``record`` leads to where it can be seen."""

    title: str
    text: str
    record: Subject | None = None


@dataclass(frozen=True, kw_only=True)
class RiskFinding:
    """One thing a risk was found in. ``unit`` is the key of the 单位 that answers for it."""

    subject: Subject
    unit: int
    facts: tuple[Fact, ...]
    ruling: str = ""
    """The sentence of the rule by which it was found."""


@dataclass(frozen=True, kw_only=True)
class Risk:
    """One row of the 风险清单, and the query that looks for it.

    ``find(day)`` answers with findings, in a few queries however many units there are. It reads its thresholds from
    ``rule`` in the rule library, unit by unit: where no edition is in force, it finds nothing there.
    """

    code: str
    name: str
    level: Level
    summary: str
    """What is looked for, in a sentence."""
    basis: tuple[Basis, ...]
    subjects: tuple[str, ...]
    """Keys of the resources it is found in."""
    find: Callable[[date], Iterable[RiskFinding]]
    rule: str = ""
    """Code of the dated rule; empty: there is nothing to set, and it is always watched."""
    verifier: str = "risk.verifier"
    """The role that verifies, in the unit concerned."""
    verify_within: int = 5
    """Working days for verifying."""
    for_days: int = 0
    """So many days running it must be found before anybody is bothered."""
    lasting: bool = False
    """It has happened and cannot unhappen: once answered, the same record is not raised again."""


class Better(StrEnum):
    """Which way a figure should go."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True)
class Period:
    """Days, both included."""

    since: date
    until: date


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A metric of one 单位 (by key). A share keeps both parts, so that a total is no mean of shares.

    ``address`` opens the rows it was counted from.
    """

    unit: int
    value: Decimal
    whole: Decimal | None = None
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One row of the 指标清单. ``of(scope, period)`` answers with one figure for each 单位 in the scope."""

    code: str
    name: str
    measure: str
    """元, 件 or %: with % a figure is ``value`` of ``whole``."""
    better: Better
    summary: str
    """How it is counted, in a sentence."""
    permission: str
    """Whoever holds it sees the figures of the units it reaches."""
    of: Callable[..., Iterable[Figure]]
    basis: tuple[Basis, ...] = ()
