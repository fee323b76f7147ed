"""Where a case stands, as values: activations of steps, and the tasks people hold in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """The whole case, as the engine sees it."""

    NEW = "new"
    RUNNING = "running"
    RETURNED = "returned"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Turn(StrEnum):
    """One person's task."""

    WAITING = "waiting"  # 依次: not this person's turn yet
    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    HANDLED = "handled"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"  # someone else settled the step


PENDING = (Turn.OPEN, Turn.WAITING)
DECIDED = (Turn.APPROVED, Turn.REJECTED, Turn.RETURNED, Turn.HANDLED)


class Outcome(StrEnum):
    """One activation of a step."""

    OPEN = "open"
    PASSED = "passed"
    REJECTED = "rejected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Task:
    """``id`` is unique within the case; ``given_by`` is who handed it over (转办)."""

    id: int
    person: int
    turn: Turn
    given_by: int | None = None


@dataclass(frozen=True, kw_only=True)
class Bookmark:
    """Where a case sent back goes on directly (直达), and the steps it had passed on its way there."""

    node: str
    path: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Run:
    """One activation of a step. ``trace`` says in words how its people were found."""

    node: str
    round: int
    tasks: tuple[Task, ...]
    outcome: Outcome = Outcome.OPEN
    trace: tuple[str, ...] = ()
    then: Bookmark | None = None


@dataclass(frozen=True, kw_only=True)
class State:
    """Everything the engine remembers of a case.

    ``facts`` are the form values conditions ask about; ``path`` the steps passed on the way to the present one;
    ``round`` counts how often the case set out, anew or sent back.
    """

    applicant: int
    status: Status = Status.NEW
    round: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    path: tuple[str, ...] = ()
    resume: Bookmark | None = None
    is_decided: bool = False
    """Someone has decided since the applicant last submitted."""

    @property
    def open_runs(self) -> tuple[Run, ...]:
        return tuple(run for run in self.runs if run.outcome is Outcome.OPEN)

    def tasks(self) -> Iterator[tuple[Run, Task]]:
        for run in self.runs:
            for task in run.tasks:
                yield run, task

    def pending(self) -> list[tuple[Run, Task]]:
        return [(run, task) for run, task in self.tasks() if task.turn in PENDING]
