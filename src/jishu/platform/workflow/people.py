"""Who is at a step: found in the organisation as of today, climbing where nobody may act, with a trace in words."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model

from jishu.platform.contract import Approve, Empty, Handle, Own, Who, WhoKind
from jishu.platform.identity.api import (
    Appointment,
    Person,
    Unit,
    ancestors_of,
    heads_of,
    holders_of,
    leaders_above,
    people_called,
    role_title,
    serving,
)
from jishu.platform.lib.clock import today

from . import storing
from .engine import Asking, Found
from .standing_in import with_deputy

MANAGER = "workflow.manager"


class Finder:
    """Finds the people of steps for one applicant in one department; ``values`` is the form, as far as it is known."""

    def __init__(
        self, applicant: Person, department: Unit, agency: Unit, values: Mapping[str, Any] | None = None
    ) -> None:
        self.applicant, self.department, self.agency = applicant, department, agency
        self.values: Mapping[str, Any] = values or {}
        self.known: dict[int, Person] = {applicant.id: applicant}

    def found(self, node: Asking, picked: tuple[int, ...] = ()) -> Found:
        """Nobody is passed over silently: every level left says why in the trace. ``picked``: 申请人选定的人员."""
        trace: list[str] = []
        if node.who.field and not keys_at(self.values, node.who.field):
            return self._instead(node, ["表单中没有填写"])
        levels = self._named(node.who) if node.who.field else self._levels(node.who, picked)
        for place, people in levels:
            able = _able(people)
            others = self._others(node, able)
            if others:
                return self._told(node, others, trace)
            if able:
                trace.append(f"{place}是申请人本人，上溯一级")
            elif _climbs(node):
                trace.append(f"{place}空缺，上溯一级")
            else:
                return self._instead(node, [*trace, f"{place}空缺"])
        return self._instead(node, [*trace, "再无上级可以上溯"])

    def superior_of(self, person: Person) -> Person | None:
        """The nearest head above a person who is neither themselves nor the applicant."""
        held = Appointment.objects.filter(person=person, is_primary=True, during__contains=today())
        seat = held.select_related("unit").first()
        for _, people in _heads(seat.unit) if seat else ():
            able = [one for one in _able(people) if one not in (person, self.applicant)]
            if able:
                return able[0]
        return None

    def _others(self, node: Asking, able: list[Person]) -> list[Person]:
        """Without the applicant where they must not decide; where the step leaves them out itself, it must see them."""
        if not isinstance(node, Approve) or node.own is Own.SKIP:
            return able
        return [one for one in able if one != self.applicant]

    def _told(self, node: Asking, people: list[Person], trace: list[str]) -> Found:
        self.known.update({one.id: one for one in people})
        weights = {one.person: one.count for one in node.votes} if isinstance(node, Approve) else {}
        votes = tuple(weights.get(str(one.uid), 1) for one in people) if weights else ()
        return Found(people=tuple(one.id for one in people), trace=tuple(trace), votes=votes)

    def _instead(self, node: Asking, trace: list[str]) -> Found:
        """Nobody: the managers of cases, where the step says so."""
        if isinstance(node, (Approve, Handle)) and node.empty is Empty.MANAGER:
            for place, people in _holders(MANAGER, self.department):
                others = [one for one in _able(people) if one != self.applicant]
                if others:
                    return self._told(node, others, [*trace, f"转{place}"])
        return Found(people=(), trace=tuple(trace))

    def _levels(self, who: Who, picked: tuple[int, ...]) -> Iterator[tuple[str, list[Person]]]:
        """From the nearest place upwards; asked for one at a time, so that the usual case costs one query."""
        match who.kind:
            case WhoKind.APPLICANT:
                yield "申请人", [self.applicant]
            case WhoKind.DEPARTMENT_HEAD:
                yield from _heads(self.department)
            case WhoKind.LEADER:
                yield from _leaders(self.department)
                yield from _heads(self.agency)
            case WhoKind.UNIT_HEAD:
                yield from _heads(self.agency)
            case WhoKind.ROLE:
                yield from _holders(who.role, self.department)
            case WhoKind.PEOPLE:
                yield "指定人员", people_called(who.people)
                yield from _heads(self.agency)
            case WhoKind.CHOSEN:
                yield "申请人选定的人员", list(serving().filter(pk__in=picked).order_by("id"))
                yield from _heads(self.agency)

    def _named(self, who: Who) -> Iterator[tuple[str, list[Person]]]:
        """By what the form says: of the unit it names, or the people themselves. Nobody else may stand in for those."""
        keys = keys_at(self.values, who.field)
        if who.kind is WhoKind.PEOPLE:
            yield "表单中填写的人员", people_called(keys)
            return
        unit = Unit.objects.filter(uid__in=keys).first()
        if unit is None:
            yield "表单中填写的单位", []
        elif who.kind is WhoKind.ROLE:
            yield from _holders(who.role, unit)
        else:
            yield from _heads(unit)


def keys_at(values: Mapping[str, Any], path: str) -> list[UUID]:
    """The keys a form field holds, typed or stored; in every row where it is a column."""
    name, _, column = path.partition(".")
    held = values.get(name)
    rows = held if isinstance(held, (list, tuple)) else [held]
    found = [row.get(column) for row in rows if isinstance(row, Mapping)] if column else rows
    return list(dict.fromkeys(key for key in map(key_of, found) if key is not None))


def key_of(value: Any) -> UUID | None:
    try:
        return value.uid if isinstance(value, Model) else UUID(str(value))  # type: ignore[attr-defined]
    except ValueError:
        return None


def _climbs(node: Asking) -> bool:
    return isinstance(node, (Approve, Handle)) and node.empty is Empty.CLIMB


def _leaders(unit: Unit) -> Iterator[tuple[str, list[Person]]]:
    """Who looks after the nearest place; where nobody does, the trace says so and the head of the 单位 decides."""
    found = leaders_above(unit)
    for place, leader in found:
        yield f"{place.short_name}的分管领导", [leader]
    if not found:
        yield f"{unit.short_name}的分管领导", []


def _heads(unit: Unit) -> Iterator[tuple[str, list[Person]]]:
    yield f"{unit.short_name}负责人", heads_of(unit)
    for above in ancestors_of(unit):
        yield f"{above.short_name}负责人", heads_of(above)


def _holders(role: str, unit: Unit) -> Iterator[tuple[str, list[Person]]]:
    title, found = role_title(role), holders_of(role, unit)
    yield f"{unit.short_name}的{title}", found
    for above in ancestors_of(unit):
        higher = holders_of(role, above)
        if higher != found:  # a grant further up already answered for the units below it
            found = higher
            yield f"{above.short_name}的{title}", found


def _able(people: list[Person]) -> list[Person]:
    """Without those whose account is disabled and whom nobody stands in for: they could not act."""
    if not people:
        return people
    disabled = storing.disabled([one.id for one in people])
    covered = with_deputy(disabled) if disabled else set()
    return [one for one in people if one.id not in disabled or one.id in covered]


def described(people: Iterable[Person]) -> dict[int, str]:
    """姓名(处室 职务) of each, as of today, in one query."""
    known = {one.id: one.name for one in people}
    held = Appointment.objects.filter(person__in=known, is_primary=True, during__contains=today())
    for person, post, place in held.values_list("person_id", "post", "unit__short_name"):
        known[person] = f"{known[person]}（{place} {post}）"
    return known
