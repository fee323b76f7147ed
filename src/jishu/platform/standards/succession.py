"""How the editions of a new release follow those already here, for one rule in one region. No queries.

What people decided here is kept: an edition they switched off stays off, also under new values; one they confirmed
although it was not verified stays in force until a verified one takes its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.db.backends.postgresql.psycopg_any import DateRange
from psycopg.types.range import Range

from .models import Edition, Verification

State = Edition.State
# What a release may correct in an edition without changing what it says.
NOTES = ("during", "region_name", "verification", "note", "summary", "searched", "state")
DECISION = ("state", "switched_at", "proposed_by_id", "confirmed_by_id", "reason")


@dataclass(frozen=True)
class Outcome:
    changed: list[Edition] = field(default_factory=list)
    new: list[Edition] = field(default_factory=list)


def follow(shipped: Sequence[tuple[Edition, bool]], kept: Sequence[Edition]) -> Outcome:
    """``shipped``: unsaved editions, each with whether it is only a sample of another region."""
    outcome = Outcome()
    rest, standing = [one for one in kept if one.state != State.REPLACED], []
    for new, is_sample in _in_order(shipped):
        new.state = _initial_state(new, is_sample)
        held = _same(new, kept)
        if held is None:
            _inherit(new, rest)
            outcome.new.append(new)
        else:
            rest = [one for one in rest if one is not held]
            if _refresh(held, new):
                outcome.changed.append(held)
        standing.append(held or new)
    outcome.changed.extend(_make_room(rest, [one for one in standing if one.state == State.IN_FORCE]))
    # Saved in this order none stands in another's way: what leaves goes first, then the earlier before the later.
    outcome.changed.sort(key=lambda one: (one.state == State.IN_FORCE, one.during.lower or date.min))
    return outcome


def _in_order(shipped: Sequence[tuple[Edition, bool]]) -> list[tuple[Edition, bool]]:
    """By day; each ends where the next begins, unless it says itself when it ends."""
    ordered = sorted(shipped, key=lambda one: one[0].during.lower or date.min)
    for (earlier, _), (later, _) in pairwise(ordered):
        if earlier.during.upper is None:
            earlier.during = DateRange(earlier.during.lower, later.during.lower)
    return ordered


def _initial_state(edition: Edition, is_sample: bool) -> State:
    if edition.verification != Verification.FULL:
        return State.UNVERIFIED
    return State.OFF if is_sample else State.IN_FORCE


def _same(new: Edition, kept: Iterable[Edition]) -> Edition | None:
    """The stored edition that says this very thing from the same day on; rather one that still stands."""
    found = [one for one in kept if _content(one) == _content(new)]
    return min(found, key=lambda one: one.state == State.REPLACED, default=None)


def _content(one: Edition) -> tuple[object, ...]:
    return one.parameters, one.clause_id, one.severity, one.during.lower


def _inherit(new: Edition, rest: Iterable[Edition]) -> None:
    """New values of a rule that people switched off here arrive switched off."""
    for earlier in rest:
        if earlier.during.lower == new.during.lower and earlier.state == State.OFF and earlier.switched_at:
            for name in DECISION:
                setattr(new, name, getattr(earlier, name))


def _refresh(held: Edition, new: Edition) -> bool:
    if held.switched_at is not None and held.state != State.REPLACED:
        new.state = held.state  # people decided; the release only keeps the notes right
    if all(getattr(held, name) == getattr(new, name) for name in NOTES):
        return False
    for name in NOTES:
        setattr(held, name, getattr(new, name))
    return True


def _make_room(rest: Iterable[Edition], standing: Sequence[Edition]) -> list[Edition]:
    """What the release no longer ships gives way, except where people confirmed it and nothing verified follows."""
    changed = []
    for one in rest:
        successor = next((each for each in standing if _overlap(one.during, each.during)), None)
        if one.state == State.IN_FORCE and one.switched_at is not None and successor is None:
            continue
        began, ends = one.during.lower, successor.during.lower if successor else None
        if one.state == State.IN_FORCE and one.switched_at and ends is not None and (began is None or began < ends):
            one.during = DateRange(began, ends)
        else:
            one.state = State.REPLACED
        changed.append(one)
    return changed


def _overlap(one: Range[date], other: Range[date]) -> bool:
    return (one.lower or date.min) < (other.upper or date.max) and (other.lower or date.min) < (one.upper or date.max)
