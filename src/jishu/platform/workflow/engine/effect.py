"""What the world must do after an action: read off the two states, so that it cannot disagree with them."""

from collections.abc import Iterator
from dataclasses import dataclass

from .state import Outcome, Run, State, Status, Task

_UNDER_WAY = (Status.RUNNING, Status.SUSPENDED)
# a child case in these states went on or ended by itself
_ITS_OWN = (Outcome.OPEN, Outcome.PASSED, Outcome.REJECTED)
_STOPPED = (Status.RETURNED, Status.REJECTED, Status.WITHDRAWN, Status.TERMINATED)


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
class Copied:
    """People may read the case from now on."""

    people: tuple[int, ...]


@dataclass(frozen=True)
class ChildOpened:
    """A child case begins."""

    run: Run


@dataclass(frozen=True)
class ChildDropped:
    """A child case this one waited for is of no use any more."""

    run: Run


@dataclass(frozen=True)
class WaitBegan:
    """A 等待 begins, or goes on after a suspension."""

    run: Run
    again: bool = False


@dataclass(frozen=True)
class WaitHeld:
    """A 等待 stands still: the case is suspended."""

    run: Run


@dataclass(frozen=True)
class WaitEnded:
    """A 等待 is over, or of no use any more."""

    run: Run


@dataclass(frozen=True)
class AutoDue:
    """An automatic step is to be run now."""

    run: Run


@dataclass(frozen=True)
class Submitted:
    """The case set out, for the first time or again."""


@dataclass(frozen=True)
class Stopped:
    """The case went back to the applicant or ended without success."""


@dataclass(frozen=True)
class Completed:
    """The last step is done."""


Effect = (
    Asked | Turned | Copied | ChildOpened | ChildDropped | WaitBegan | WaitHeld | WaitEnded | AutoDue
    | Submitted | Stopped | Completed
)  # fmt: skip


def effects_between(before: State, after: State) -> tuple[Effect, ...]:
    return (*_of_tasks(before, after), *_of_runs(before, after), *_of_status(before, after))


def _of_tasks(before: State, after: State) -> Iterator[Effect]:
    known = {task.id: task for _, task in before.tasks()}
    for run, task in after.tasks():
        was = known.get(task.id)
        if was is None:
            yield Asked(run, task)
        elif was is not task and was != task:
            yield Turned(run, task)


def _of_runs(before: State, after: State) -> Iterator[Effect]:
    new = tuple(person for person in after.copied if person not in before.copied)
    if new:
        yield Copied(new)
    for at, run in enumerate(after.runs):  # runs are never taken out, so that a place is always the same run
        was = before.runs[at].outcome if at < len(before.runs) else None
        if run.is_child:
            yield from _of_child(run, was)
        elif run.is_wait:
            yield from _of_wait(run, was, before.status, after.status)
        elif run.is_auto and was is None and run.outcome is Outcome.OPEN:
            yield AutoDue(run)


def _of_child(run: Run, was: Outcome | None) -> Iterator[Effect]:
    if was is None:
        yield ChildOpened(run)
    elif was is Outcome.OPEN and run.outcome not in _ITS_OWN:
        yield ChildDropped(run)


def _of_wait(run: Run, was: Outcome | None, before: Status, after: Status) -> Iterator[Effect]:
    if run.outcome is not Outcome.OPEN:
        if was is Outcome.OPEN:
            yield WaitEnded(run)
    elif was is None:
        yield WaitBegan(run)
    elif before is Status.RUNNING and after is Status.SUSPENDED:
        yield WaitHeld(run)
    elif before is Status.SUSPENDED and after is Status.RUNNING:
        yield WaitBegan(run, again=True)


def _of_status(before: State, after: State) -> Iterator[Effect]:
    if before.status not in _UNDER_WAY and after.status in (Status.RUNNING, Status.COMPLETED):
        yield Submitted()
    if before.status in _UNDER_WAY and after.status in _STOPPED:
        yield Stopped()
    if after.status is Status.COMPLETED:
        yield Completed()
