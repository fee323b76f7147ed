"""The organisation tree: how its paths hang together, and what it looked like on a day."""

from datetime import date

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr

from jishu.platform.lib.errors import DomainError

from .models import Unit, UnitPast

LONGEST_PATH = 200


class WrongPlace(DomainError):
    """单位不能放在这个上级之下：行政区之下设单位或行政区，单位之下设处室或下属单位，处室之下只设处室。"""


class WithinItself(DomainError):
    """单位不能调整到自己或者自己的下级之下。"""


class TooDeep(DomainError):
    """组织层级过深，请先减少层级。"""


_BELOW: dict[str, tuple[str, ...]] = {
    Unit.Kind.REGION: (Unit.Kind.REGION, Unit.Kind.AGENCY),
    Unit.Kind.AGENCY: (Unit.Kind.AGENCY, Unit.Kind.DEPARTMENT),
    Unit.Kind.DEPARTMENT: (Unit.Kind.DEPARTMENT,),
}


def hold_tree() -> None:
    """Until commit nobody else changes a path: what is computed from a parent's path stays true."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('jishu.identity.tree'))")


def check_place(kind: str, parent: Unit | None) -> None:
    """Only a region may stand alone."""
    allowed = _BELOW[parent.kind] if parent is not None else (Unit.Kind.REGION, Unit.Kind.AGENCY)
    if kind not in allowed:
        raise WrongPlace(field="parent")
    if parent is not None and len(parent.path) > LONGEST_PATH - 24:
        raise TooDeep(field="parent")


def agency_above(parent: Unit | None) -> Unit | None:
    """The 单位 a department below this node belongs to."""
    if parent is None:
        return None
    return parent if parent.kind == Unit.Kind.AGENCY else parent.agency


def hang(unit: Unit, parent: Unit) -> None:
    """Hang a node with everything below it under another parent. The tree must be held."""
    check_place(unit.kind, parent)
    if parent.path.startswith(unit.path):
        raise WithinItself(field="parent")
    old, new = unit.path, f"{parent.path}{unit.id}."
    below = Unit.objects.filter(path__startswith=old)
    if unit.kind == Unit.Kind.DEPARTMENT:
        below.update(agency=agency_above(parent))
    below.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    unit.parent = parent
    unit.refresh_from_db(fields=("path", "agency"))


def standing_on(units: QuerySet[Unit], day: date) -> list[Unit]:
    """The units that existed on a day, with the names and parents they had then; not to be saved."""
    there = units.filter(opened_on__lte=day).filter(Q(closed_on=None) | Q(closed_on__gt=day))
    past = {one.unit_id: one for one in UnitPast.objects.filter(during__contains=day, unit__in=there)}
    found = list(there)
    for unit in found:
        if was := past.get(unit.id):
            unit.name, unit.short_name, unit.parent_id = was.name, was.short_name, was.parent_id
    return found


def name_on(unit: Unit, day: date) -> str:
    """What the unit was called on a day."""
    was = UnitPast.objects.filter(unit=unit, during__contains=day).first()
    return was.name if was is not None else unit.name
