"""What the world must do after an action: read off the two states, so that it cannot disagree with them."""

from collections.abc import Iterator
from dataclasses import dataclass

from .state import Run, State, Status, Task

_STOPPED = (Status.RETURNED, Status.REJECTED, Status.WITHDRAWN)


@dataclass(frozen=True)
class Asked:
    """A person got a task."""

    run: Run
    task: Task


@dataclass(frozen=True)
class Turned:
    """A task they already had changed: it became their turn, was settled or cancelled."""

    run: Run
    task: Task


@dataclass(frozen=True)
class Submitted:
    """The case set out, for the first time or again."""


@dataclass(frozen=True)
class Stopped:
    """The case went back to the applicant or ended without success."""


@dataclass(frozen=True)
class Completed:
    """The last step is done."""


Effect = Asked | Turned | Submitted | Stopped | Completed


def effects_between(before: State, after: State) -> tuple[Effect, ...]:
    return (*_of_tasks(before, after), *_of_status(before, after))


def _of_tasks(before: State, after: State) -> Iterator[Effect]:
    known = {task.id: task for _, task in before.tasks()}
    for run, task in after.tasks():
        if task.id not in known:
            yield Asked(run, task)
        elif known[task.id] != task:
            yield Turned(run, task)


def _of_status(before: State, after: State) -> Iterator[Effect]:
    if before.status is not Status.RUNNING and after.status in (Status.RUNNING, Status.COMPLETED):
        yield Submitted()
    if before.status is Status.RUNNING and after.status in _STOPPED:
        yield Stopped()
    if after.status is Status.COMPLETED:
        yield Completed()
