"""Finding units and people by what a ledger calls them, for many rows with few queries."""

from collections import defaultdict
from functools import cached_property
from typing import Protocol

from django.db.models import Q

from jishu.platform.lib.clock import today

from .actor import Actor
from .models import Appointment, Person, Unit


class Judged(Protocol):
    """A row that can be told what is wrong with it."""

    def fail(self, message: str) -> None: ...
    def warn(self, message: str) -> None: ...


class Directory:
    """The units a permission reaches and the people in them, by name and code. Built once per batch."""

    def __init__(self, actor: Actor, permission: str) -> None:
        self._scope = actor.scope(permission)

    @cached_property
    def _agencies(self) -> dict[str, list[Unit]]:
        """By full name, short name and code."""
        rows = Unit.objects.filter(self._scope.within("agency"), kind=Unit.Kind.AGENCY, closed_on=None)
        known: dict[str, list[Unit]] = defaultdict(list)
        for unit in rows:
            for name in {unit.name, unit.short_name, unit.code}:
                known[name].append(unit)
        return known

    @cached_property
    def _departments(self) -> dict[tuple[int, str], list[Unit]]:
        known: dict[tuple[int, str], list[Unit]] = defaultdict(list)
        rows = Unit.objects.filter(self._scope.within("agency"), kind=Unit.Kind.DEPARTMENT, closed_on=None)
        for unit in rows.exclude(agency=None):
            for name in {unit.name, unit.short_name, unit.code}:
                known[unit.agency_id or 0, name].append(unit)
        return known

    @cached_property
    def _people(self) -> dict[tuple[int, str], list[tuple[Person, int]]]:
        """(agency, name or code) -> people with the department of their primary appointment."""
        day = today()
        held = (
            Appointment.objects.filter(self._scope.within("unit"), during__contains=day, is_primary=True)
            .filter(Q(person__left_on=None) | Q(person__left_on__gt=day))
            .select_related("person", "unit")
            .order_by("person_id")
        )
        known: dict[tuple[int, str], list[tuple[Person, int]]] = defaultdict(list)
        for one in held:
            for name in (one.person.name, one.person.code):
                known[one.unit.agency_id or 0, name].append((one.person, one.unit_id))
        return known

    @cached_property
    def _left(self) -> set[tuple[int, str]]:
        """(agency, name) of those who once worked there and have left."""
        gone = Appointment.objects.filter(self._scope.within("unit"), person__left_on__lte=today())
        return {(agency or 0, name) for agency, name in gone.values_list("unit__agency_id", "person__name")}

    def agency(self, called: str, row: Judged) -> Unit | None:
        found = self._agencies.get(called, [])
        if len(found) == 1:
            return found[0]
        if found:
            row.fail(f"单位“{called}”不止一个，请填写单位代码（{'、'.join(one.code for one in found[:5])}）。")
        else:
            row.fail(f"没有找到单位“{called}”，或者它不在您的管理范围内。")
        return None

    def department(self, called: str, agency: Unit, row: Judged) -> Unit | None:
        found = self._departments.get((agency.id, called), [])
        if len(found) == 1:
            return found[0]
        row.warn(
            f"{agency.short_name}没有处室“{called}”，使用处室留空。"
            if not found
            else f"处室“{called}”不止一个，使用处室留空。"
        )
        return None

    def person(self, called: str, agency: Unit, department: int | None, title: str, row: Judged) -> Person | None:
        """Namesakes are told apart by the department; who cannot be told apart is refused with the codes."""
        if (agency.id, called) not in self._people:
            called = called.replace(" ", "")  # 王 伟, spread to stand as wide as 王建国
        found = self._people.get((agency.id, called), [])
        if len(found) > 1 and department is not None:
            near = [one for one in found if one[1] == department]
            found = near or found
        if len(found) == 1:
            return found[0][0]
        if found:
            codes = "、".join(person.code for person, _ in found[:5])
            row.fail(f"{title}“{called}”在{agency.short_name}不止一人，请填写人员编号（{codes}）。")
        elif (agency.id, called) in self._left:
            row.fail(f"{title}“{called}”已离岗，请更正为在岗人员。")
        else:
            row.fail(f"{agency.short_name}没有在岗人员“{called}”（{title}）。")
        return None
