"""Who is at a step: found in the organisation as of today, climbing where nobody may act, with a trace in words."""

from collections.abc import Iterable, Iterator

from jishu.platform.contract import Approve, Empty, Who, WhoKind
from jishu.platform.identity.api import (
    Account,
    Appointment,
    Person,
    Unit,
    ancestors_of,
    heads_of,
    holders_of,
    people_called,
    role_title,
)
from jishu.platform.lib.clock import today

from .engine import Found, Node


class Finder:
    """Finds the people of steps for one applicant in one department."""

    def __init__(self, applicant: Person, department: Unit, agency: Unit) -> None:
        self._applicant, self._department, self._agency = applicant, department, agency
        self.known: dict[int, Person] = {applicant.id: applicant}

    def found(self, node: Node) -> Found:
        """Nobody is passed over silently: every level left says why in the trace."""
        trace: list[str] = []
        for place, people in self._levels(node.who):
            able = _able(people)
            others = [one for one in able if one != self._applicant] if isinstance(node, Approve) else able
            if others:
                self.known.update({one.id: one for one in others})
                return Found(people=tuple(one.id for one in others), trace=tuple(trace))
            if able:
                trace.append(f"{place}是申请人本人,上溯一级")
            elif node.empty is Empty.CLIMB:
                trace.append(f"{place}空缺,上溯一级")
            else:
                return Found(people=(), trace=(*trace, f"{place}空缺"))
        return Found(people=(), trace=(*trace, "再无上级可以上溯"))

    def _levels(self, who: Who) -> Iterator[tuple[str, list[Person]]]:
        """From the nearest place upwards; asked for one at a time, so that the usual case costs one query."""
        match who.kind:
            case WhoKind.APPLICANT:
                yield "申请人", [self._applicant]
            case WhoKind.DEPARTMENT_HEAD:
                yield from _heads(self._department)
            case WhoKind.UNIT_HEAD:
                yield from _heads(self._agency)
            case WhoKind.ROLE:
                yield from _holders(who.role, self._department)
            case WhoKind.PEOPLE:
                yield "指定人员", people_called(who.people)
                yield from _heads(self._agency)


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
    """Without those whose account is disabled: they could not act."""
    if not people:
        return people
    disabled = set(Account.objects.filter(person__in=people, is_active=False).values_list("person_id", flat=True))
    return [one for one in people if one.id not in disabled]


def described(people: Iterable[Person]) -> dict[int, str]:
    """姓名(处室 职务) of each, as of today, in one query."""
    known = {one.id: one.name for one in people}
    held = Appointment.objects.filter(person__in=known, is_primary=True, during__contains=today())
    for person, post, place in held.values_list("person_id", "post", "unit__short_name"):
        known[person] = f"{known[person]}({place} {post})"
    return known
