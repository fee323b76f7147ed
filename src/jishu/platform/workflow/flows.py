"""Which flows a person may look into, draw and publish."""

from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from jishu.platform.contract import BusinessItem, Flow
from jishu.platform.contract import item as item_called
from jishu.platform.identity.api import Actor, Person, Unit, open_units
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Missing

from .engine import flow_from
from .models import Override, Sketch

VIEW, DRAW, PUBLISH = "workflow.view_flow", "workflow.manage_flow", "workflow.publish_flow"


def units_with_flows(actor: Actor, permission: str = VIEW) -> QuerySet[Unit]:
    """单位 and 行政区 within reach; 处室 follow their 单位."""
    reach = actor.scope(permission)
    under = reduce(or_, (Q(path__startswith=path) for path in reach.paths), Q(pk__in=()))
    units = open_units().filter(Q() if reach.everything else under)
    return units.exclude(kind=Unit.Kind.DEPARTMENT).order_by("path")


def unit_with_flows(actor: Actor, uid: UUID, permission: str = VIEW) -> Unit:
    unit = units_with_flows(actor, permission).filter(uid=uid).first()
    if unit is None:
        raise Missing("没有这个单位，或者它不在您的管理范围内。")
    return unit


def item_with_flow(code: str) -> BusinessItem:
    try:
        return item_called(code)
    except KeyError as error:
        raise Missing("没有这个事项，或者它所属的系统已停用。") from error


def item_at(actor: Actor, code: str, unit: UUID, permission: str = VIEW) -> tuple[BusinessItem, Unit]:
    """An item and the unit a flow of it is for; what was designed for other units is not there."""
    item, place = item_with_flow(code), unit_with_flows(actor, unit, permission)
    if not place.path.startswith(item.reach):
        raise Missing("没有这个事项，或者它所属的系统已停用。")
    return item, place


def sketches_within(actor: Actor, permission: str = VIEW) -> QuerySet[Sketch]:
    rows = Sketch.objects.filter(actor.scope(permission).within("unit"))
    return rows.select_related("unit", "drawn_by")


def sketch_at(actor: Actor, code: str, unit: Unit) -> Sketch | None:
    return sketches_within(actor).filter(item=code, unit=unit).first()


def overrides_within(actor: Actor, permission: str = VIEW) -> QuerySet[Override]:
    rows = Override.objects.filter(actor.scope(permission).within("unit"))
    return rows.select_related("unit", "definition", "drawn_by", "published_by", "ended_by")


def versions_of(actor: Actor, code: str, unit: Unit) -> QuerySet[Override]:
    return overrides_within(actor).filter(item=code, unit=unit).order_by("-version")


def people_of(unit: Unit) -> QuerySet[Person]:
    """Who could apply: people in office in the unit or below it today."""
    held = {"appointments__unit__path__startswith": unit.path, "appointments__during__contains": today()}
    return Person.objects.filter(**held).distinct()


def drawn_flow(sketch: Sketch) -> Flow:
    return flow_from(sketch.flow)
