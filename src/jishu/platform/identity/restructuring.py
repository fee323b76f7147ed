"""机构改革 in its single deeds: rename, move, merge, close, succeed. Whoever plans them stands above.

Each takes effect on a day; what held before stays told in `UnitPast`, and rows keep the unit they were made in.
"""

from datetime import date
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from jishu.platform.command import claim, command, touched
from jishu.platform.lib.clock import now
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from . import events, selectors
from .actor import Actor
from .ending import end_grants, end_leading
from .models import Appointment, Grant, Succession, Unit, UnitPast
from .services import CodeTaken
from .tree import hang, hold_tree

RESTRUCTURE = "identity.restructure"


class StillInUse(Conflict):
    """单位还有在岗人员或下级机构，请先在方案中作出安排。"""


class AlreadyClosed(Conflict):
    """单位已经撤销。"""


class OpenedJustNow(DomainError):
    """单位设立的当日不能撤销。"""


class PlaceIsPlanned(DomainError):
    """上级、类别不能直接修改，请通过机构改革方案调整。"""


@command("identity.change_unit", audited_as="unit.amended", titled="更正单位信息")
def amend_unit(actor: Actor, /, *, unit: Unit, **values: Any) -> Unit:
    """Put a slip right. A unit that is renamed or moved keeps its past: that is a reorganisation."""
    held = claim(selectors.units_kept_by(actor, "identity.change_unit"), unit)
    for name in ("parent", "kind"):
        if values.get(name, getattr(held, name)) != getattr(held, name):
            raise PlaceIsPlanned(field=name)
    for name, value in values.items():
        setattr(held, name, value)
    with explained({"identity_unit_code_key": CodeTaken(field="code")}):
        held.save()
    return held


@command(RESTRUCTURE, audited_as="unit.renamed", titled="单位更名")
def rename_unit(actor: Actor, *, unit: Unit, name: str, short_name: str, on: date) -> Unit:
    held = _claim_open(unit)
    old_name = held.name
    _keep_past(held, on)
    held.name, held.short_name = name, short_name
    held.save(update_fields=("name", "short_name"))
    events.unit_renamed(held, old_name)
    return held


@command(RESTRUCTURE, audited_as="unit.moved", titled="调整隶属关系")
def move_unit(actor: Actor, *, unit: Unit, parent: Unit, on: date) -> Unit:
    """With everything below; departments then belong to the 单位 of their new place."""
    hold_tree()
    held, parent = _claim_open(unit), _fresh(parent)
    if held.parent_id == parent.id:
        return held
    _keep_past(held, on)
    old_parent = held.parent
    hang(held, parent)
    events.unit_moved(held, old_parent, on)
    return held


@command(RESTRUCTURE, audited_as="unit.merged", titled="单位并入")
def merge_unit(actor: Actor, *, unit: Unit, into: Unit, on: date) -> Unit:
    """People, duties and departments go over to the successor; then the unit is closed."""
    hold_tree()
    held, into = _claim_open(unit), _fresh(into)
    for child in _open(Unit.objects.filter(parent=held)):
        _keep_past(child, on)
        hang(child, into)
        events.unit_moved(child, held, on)
    _take_over_posts(held, into, on)
    _take_over_grants(held, into, on)
    _succeed(held, into, on)
    events.unit_merged(held, into, on)
    return _close(held, on)


@command(RESTRUCTURE, audited_as="unit.closed", titled="撤销单位")
def close_unit(actor: Actor, *, unit: Unit, on: date) -> Unit:
    """Nobody may be left in it."""
    hold_tree()
    held = _claim_open(unit)
    occupied = Appointment.objects.filter(unit=held).filter(during__overlap=DateRange(on, None))
    if occupied.exists() or _open(Unit.objects.filter(parent=held)).exists():
        raise StillInUse(f"{held.name}还有在岗人员或下级机构，请先在方案中作出安排。")
    return _close(held, on)


@command(RESTRUCTURE, audited_as="unit.succeeded", titled="确定承接单位")
def succeed(actor: Actor, *, predecessor: Unit, successor: Unit, on: date) -> Succession:
    """From then on roles on the successor reach what the predecessor left behind."""
    made = _succeed(predecessor, successor, on)
    events.unit_succeeded(predecessor, successor, on)
    return made


def _claim_open(unit: Unit) -> Unit:
    held = claim(Unit.objects.all(), unit)
    if held.closed_on is not None:
        raise AlreadyClosed(f"{held.name}已经撤销。")
    return held


def _fresh(unit: Unit) -> Unit:
    """The path may have changed by an earlier step of the same plan."""
    found = Unit.objects.filter(pk=unit.pk, closed_on=None).first()
    if found is None:
        raise Missing(f"{unit.name}已经撤销，不能作为承接单位或上级。")
    return found


def _open(units: QuerySet[Unit]) -> QuerySet[Unit]:
    return units.filter(closed_on=None)


def _keep_past(unit: Unit, on: date) -> None:
    """How the unit stood since it last changed, up to this day; nothing where it changed that very day."""
    last = UnitPast.objects.filter(unit=unit).order_by("-during").first()
    since = last.during.upper if last is not None else unit.opened_on
    if since < on:
        UnitPast.objects.create(
            unit=unit, name=unit.name, short_name=unit.short_name, parent_id=unit.parent_id, during=DateRange(since, on)
        )


def _take_over_posts(unit: Unit, into: Unit, on: date) -> None:
    """The same posts in the successor; who presides there is for the successor to say."""
    for held in (
        Appointment.objects.filter(unit=unit).filter(during__overlap=DateRange(on, None)).select_related("person")
    ):
        touched(held.person, held)
        lower, upper = held.during.lower, held.during.upper
        if lower < on:
            held.during = DateRange(lower, on)
            held.save(update_fields=("during",))
            held = Appointment(person=held.person, post=held.post, rank=held.rank, is_primary=held.is_primary)
        held.unit, held.is_head, held.during = into, False, DateRange(max(lower, on), upper)
        held.save()
        touched(held)


def _take_over_grants(unit: Unit, into: Unit, on: date) -> None:
    for held in Grant.objects.filter(unit=unit, revoked_at=None).select_related("person"):
        touched(held.person, held)
        held.revoked_at = now()
        held.save(update_fields=("revoked_at",))
        known = Grant.objects.filter(person=held.person_id, role=held.role, unit=into, revoked_at=None)
        lower, upper = held.during.lower, held.during.upper
        if (upper is None or upper > on) and not known.exists():
            touched(Grant.objects.create(
                person=held.person, role=held.role, unit=into, during=DateRange(max(lower, on), upper),
                proposed_by_id=held.proposed_by_id, confirmed_by_id=held.confirmed_by_id,
            ))  # fmt: skip


def _close(unit: Unit, on: date) -> Unit:
    end_grants(Grant.objects.filter(unit=unit), on)
    end_leading(Q(unit=unit), on)
    unit.closed_on = on
    too_soon = OpenedJustNow(f"{unit.name}在当日或者以后才设立，不能在这一天撤销。")
    with explained({"unit_closes_after_it_opens": too_soon}):
        unit.save(update_fields=("closed_on",))
    events.unit_closed(unit, on)
    return unit


def _succeed(predecessor: Unit, successor: Unit, on: date) -> Succession:
    """The predecessor's own predecessors are taken over along with it."""
    earlier = Succession.objects.filter(successor=predecessor).values_list("predecessor_id", flat=True)
    Succession.objects.bulk_create(
        [Succession(predecessor_id=one, successor=successor, since=on) for one in earlier if one != successor.id],
        ignore_conflicts=True,
    )
    made, _ = Succession.objects.get_or_create(predecessor=predecessor, successor=successor, defaults={"since": on})
    return made
