"""Where a case stands, as values: activations of steps, and the tasks people hold in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from jishu.platform.contract import Mode


class Status(StrEnum):
    """The whole case, as the engine sees it."""

    NEW = "new"
    RUNNING = "running"
    SUSPENDED = "suspended"
    RETURNED = "returned"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"


class Turn(StrEnum):
    """One person's task."""

    WAITING = "waiting"  # not this person's turn yet
    OPEN = "open"
    PARKED = "parked"  # waits for others: people added, a delegate, whoever claimed it, the end of a suspension
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    HANDLED = "handled"
    TRANSFERRED = "transferred"
    AUTO = "auto"  # passed without the person: said so before, or out of time
    EXPIRED = "expired"  # refused because out of time
    OVERRULED = "overruled"  # 加签任务不通过
    REMOVED = "removed"  # 减签
    CANCELLED = "cancelled"  # someone else settled the step


PENDING = (Turn.OPEN, Turn.WAITING, Turn.PARKED)
DECIDED = (Turn.APPROVED, Turn.REJECTED, Turn.RETURNED, Turn.HANDLED)
GONE = (Turn.TRANSFERRED, Turn.REMOVED, Turn.CANCELLED)


class Outcome(StrEnum):
    """One activation of a step."""

    OPEN = "open"
    PASSED = "passed"
    REJECTED = "rejected"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"  # the case ended, or went back, by what happened elsewhere
    UNDONE = "undone"  # the decision that led here was taken back


class Part(StrEnum):
    """Why a person is at a step."""

    OWN = "own"  # found for it
    BESIDE = "beside"  # 并加签
    BEFORE = "before"  # 前加签
    AFTER = "after"  # 后加签
    DELEGATE = "delegate"  # 委派


VOTERS = (Part.OWN, Part.BESIDE)


@dataclass(frozen=True, kw_only=True)
class Task:
    """``id`` is unique within the case; ``given_by`` is who handed it over or added the person.

    People added serve the task of their ``parent``; those added together form a ``group``, decided by ``method``.
    ``acted_by`` is the deputy who decided in the person's stead (代理); ``acted`` the tick at which it was settled.
    """

    id: int
    person: int
    turn: Turn
    given_by: int | None = None
    part: Part = Part.OWN
    parent: int = 0
    group: int = 0
    method: Mode = Mode.ALL
    votes: int = 1
    acted_by: int | None = None
    acted: int = 0


@dataclass(frozen=True, kw_only=True)
class Split:
    """A 并行 or 包容 under way, and which of its branches are not through yet."""

    key: str
    left: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Bookmark:
    """Where a case sent back goes on directly (直达), and what sending it back undid."""

    nodes: tuple[str, ...]
    passed: tuple[str, ...] = ()
    splits: tuple[Split, ...] = ()
    reopened: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Run:
    """One activation of a step. ``trace`` says in words how its people were found; ``claimed`` is a task's id.

    A step that is a child case (子流程), a wait (等待) or automatic (自动) has no tasks of its own.
    """

    node: str
    round: int
    tasks: tuple[Task, ...]
    outcome: Outcome = Outcome.OPEN
    trace: tuple[str, ...] = ()
    then: Bookmark | None = None
    claimed: int = 0
    ended: int = 0
    is_child: bool = False
    is_wait: bool = False
    is_auto: bool = False

    @cached_property
    def parents(self) -> frozenset[int]:
        """The tasks others were asked for: hardly ever any, and asked about for each of a hundred signers."""
        return frozenset([task.parent for task in self.tasks if task.parent])


@dataclass(frozen=True, kw_only=True)
class State:
    """Everything the engine remembers of a case.

    ``facts`` are the form values conditions ask about; ``path`` the steps passed on the way to the present ones;
    ``round`` counts how often the case set out, anew or sent back; ``tick`` counts actions, and ``since`` is the tick
    of the last submission; ``changed`` is when a form field was last changed on the way; ``events`` is what the item's
    code told since the last submission; ``autos`` counts automatic steps since somebody, or something else, acted.
    """

    applicant: int
    status: Status = Status.NEW
    round: int = 0
    tick: int = 0
    since: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)
    picks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    changed: Mapping[str, int] = field(default_factory=dict)
    runs: tuple[Run, ...] = ()
    splits: tuple[Split, ...] = ()
    path: tuple[str, ...] = ()
    copied: tuple[int, ...] = ()
    resume: Bookmark | None = None
    events: tuple[str, ...] = ()
    autos: int = 0

    @property
    def open_runs(self) -> tuple[Run, ...]:
        return tuple(run for run in self.runs if run.outcome is Outcome.OPEN)

    @property
    def is_decided(self) -> bool:
        """Someone has decided since the applicant last submitted."""
        return any(task.acted >= self.since and task.turn in DECIDED for _, task in self.tasks())

    @property
    def last_id(self) -> int:
        return max((task.id for _, task in self.tasks()), default=0)

    def tasks(self) -> Iterator[tuple[Run, Task]]:
        for run in self.runs:
            for task in run.tasks:
                yield run, task

    def pending(self) -> list[tuple[Run, Task]]:
        return [(run, task) for run, task in self.tasks() if task.turn in PENDING]
