"""节假日封存: which cars stand still where, who is exempt and why, and that they were seen standing there."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.selectors import vehicles_managed_by
from jishu.platform.command import claim_all, command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.calendar import is_working_day
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError

from . import selectors
from .models import Sealing

CHANGE = "fleet.change_sealing"
LONGEST, AHEAD = 15, 400
SHORTEST = 3


def next_holiday(since: date) -> tuple[date, date] | None:
    """The next time off that is longer than a weekend, by the working calendar; None when the notice is not out yet."""
    day, last = since, since + timedelta(days=AHEAD)
    while day < last:
        if is_working_day(day):
            day += timedelta(days=1)
            continue
        end = day
        while not is_working_day(end + timedelta(days=1)):
            end += timedelta(days=1)
        if (end - day).days + 1 >= SHORTEST:
            return day, end
        day = end + timedelta(days=1)
    return None


@command(CHANGE, audited_as="vehicles.sealed", titled="节假日封存")
def seal(actor: Actor, /, *, title: str, starts_on: date, ends_on: date) -> list[Sealing]:
    """Every car the actor keeps, at its fixed place; those already on a list of these days stay as they are."""
    if not today() <= starts_on <= ends_on or (ends_on - starts_on).days >= LONGEST:
        raise DomainError("封存日期须从今天或以后开始，一次最长 15 天。", field="ends_on")
    cars = vehicles_managed_by(actor, CHANGE).exclude(status__in=(Vehicle.Status.RETIRED, Vehicle.Status.RETIRING))
    listed = set(
        Sealing.objects.filter(vehicle__in=cars, starts_on__lte=ends_on, ends_on__gte=starts_on).values_list(
            "vehicle_id", flat=True
        )
    )
    fresh = [
        Sealing(unit=car.unit, vehicle=car, title=title, starts_on=starts_on, ends_on=ends_on, place=car.fixed_place)
        for car in cars.order_by("plate")
        if car.pk not in listed
    ]
    if not fresh:
        raise Conflict("您管理的车辆都已在这几天的封存名单里。")
    with explained({"car_is_sealed_once_a_holiday": Conflict("名单刚刚由他人生成，请刷新。")}):
        return Sealing.objects.bulk_create(fresh)


@command(CHANGE, audited_as="sealing.exempted", titled="登记值班保留车辆")
def exempt(actor: Actor, /, *, rows: Iterable[Sealing], is_exempt: bool = True, reason: str = "") -> list[Sealing]:
    held = claim_all(sealings_managed_by(actor), rows)
    if is_exempt and not reason.strip():
        raise DomainError("请写明保留的原因，如 防汛值班。", field="reason")
    for one in held:
        one.is_exempt, one.reason = is_exempt, reason.strip() if is_exempt else ""
    Sealing.objects.bulk_update(held, ("is_exempt", "reason"))
    return held


@command(CHANGE, audited_as="sealing.confirmed", titled="确认定点停放")
def confirm(actor: Actor, /, *, rows: Iterable[Sealing]) -> list[Sealing]:
    """Somebody looked: the car stands where it should."""
    held = claim_all(sealings_managed_by(actor), rows)
    if any(one.place_id is None for one in held):
        raise Conflict("其中有车辆没有登记定点停放点，请先在车辆档案中补上。")
    for one in held:
        one.confirmed_at, one.confirmed_by = now(), actor.person
    Sealing.objects.bulk_update(held, ("confirmed_at", "confirmed_by"))
    return held


def sealings_managed_by(actor: Actor) -> QuerySet[Sealing]:
    return selectors.sealings_visible_to(actor).filter(actor.scope(CHANGE).within_agencies("unit"))
