"""Which steps a case passes: forks decided by the facts of the form."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from jishu.platform.contract import (
    Approve,
    Auto,
    Child,
    Flow,
    Fork,
    Handle,
    Inclusive,
    Notice,
    Parallel,
    Step,
    Wait,
    WhoKind,
    facts_of,
)

from .action import APPLICANT, PREVIOUS, Asking
from .condition import taken
from .plan import every


def way(flow: Flow, facts: Mapping[str, Any]) -> tuple[Asking, ...]:
    """Every step with people this case passes under these facts, in order; side by side ones one after another."""
    return tuple(_walk(flow.steps, facts))


@cache
def nodes(flow: Flow) -> Mapping[str, Asking]:
    """Every step with people by key, whatever the facts."""
    return {step.key: step for step in every(flow.steps) if isinstance(step, (Approve, Handle, Notice))}


def hidden_at(flow: Flow, key: str) -> tuple[str, ...]:
    """The form fields the people of this step do not see; the applicant, who stands at none, sees all."""
    step = nodes(flow).get(key)
    return step.hidden if step is not None else ()


@cache
def titles(flow: Flow) -> Mapping[str, str]:
    return {step.key: step.title for step in every(flow.steps)}


@cache
def asked_fields(flow: Flow) -> frozenset[str]:
    """What the forks of this flow ask about: form fields, and what is found out about some."""
    forks = (step for step in every(flow.steps) if isinstance(step, (Fork, Inclusive)))
    return frozenset(field for fork in forks for branch in fork.branches for field in facts_of(branch.when))


def check(flow: Flow) -> None:
    """ValueError for a flow that could not be travelled; run once, when a definition is published."""
    check_keys(flow)
    steps = list(every(flow.steps))
    keys = [step.key for step in steps]
    if not any(isinstance(step, (Approve, Handle, Child, Wait, Auto)) for step in steps):
        raise ValueError("a flow needs at least one step")
    for step in steps:
        _check_step(step, keys)


def check_keys(flow: Flow) -> None:
    """ValueError unless every step can be named by its key; also drafts that are not finished keep to it."""
    keys = [step.key for step in every(flow.steps)]
    if doubled := {key for key in keys if keys.count(key) > 1}:
        raise ValueError(f"step keys used twice: {sorted(doubled)}")
    if wrong := [key for key in keys if not key.isidentifier()]:
        raise ValueError(f"step keys must be identifiers: {wrong}")


def _check_step(step: Step, keys: list[str]) -> None:
    if isinstance(step, Wait) and not (step.days or step.until or step.event):
        raise ValueError(f"{step.key}: waits for nothing")
    if not isinstance(step, Approve):
        return
    if step.who.kind is WhoKind.APPLICANT:
        raise ValueError(f"{step.key}: an applicant never approves the own case")
    if not 0 < step.share.parts <= step.share.whole:
        raise ValueError(f"{step.key}: a share is a part of a whole")
    if step.rejected_to not in ("", APPLICANT, PREVIOUS, *keys):
        raise ValueError(f"{step.key}: there is no step {step.rejected_to} to return to")


def _walk(steps: Iterable[Step], facts: Mapping[str, Any]) -> Iterator[Asking]:
    for step in steps:
        match step:
            case Approve() | Handle() | Notice():
                yield step
            case Parallel():
                for lane in step.lanes:
                    yield from _walk(lane.steps, facts)
            case Fork() | Inclusive():
                true = taken(step.branches, facts)
                for at in true[:1] if isinstance(step, Fork) else sorted(true):
                    yield from _walk(step.branches[at].steps, facts)
                if not true:
                    yield from _walk(step.otherwise, facts)
