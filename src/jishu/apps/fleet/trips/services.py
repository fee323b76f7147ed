"""Rides on their way through a case: asked, open, cancelled, confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse

from jishu.platform.command import touched
from jishu.platform.identity.api import Person, Unit, holders_of
from jishu.platform.lib.calendar import is_working_day
from jishu.platform.lib.clock import ZONE, now, today
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.notify.api import tell
from jishu.platform.standards.api import ruling

from . import rules
from .models import Ride, Stop, Trip

LONG_KM, PAPERS_HOURS, PER_KM = 100, 24, Decimal("0.80")
DISPATCHER = "fleet.dispatcher"


class AlreadyOut(Conflict):
    """车辆已经出发，不能撤回；请行程结束后确认，或联系调度员。"""


class AskedTwice(Conflict):
    """您在这段时间已有一份用车申请；如需改变，请先撤回原申请。"""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the form of a case says, in the types of the model."""

    pool: Unit
    kind: str
    purpose: str
    leaves_at: datetime
    returns_at: datetime
    range: str
    passengers: int
    km: int | None = None
    names: str = ""
    body: str = ""
    is_shared: bool = False
    phone: str = ""


def limit(code: str, name: str, unit: Unit, otherwise: Any) -> Any:
    """What the rule library says for this unit today; without a rule, what the platform takes."""
    held = ruling(f"vehicle.dispatch.{code}", on=today(), unit=unit)
    found = held.parameters.get(name) if held is not None else None
    return otherwise if found is None else found


def ask(*, case: UUID, unit: Unit, applicant: Person, wish: Wish, stops: Sequence[Mapping[str, Any]]) -> Ride:
    """A case that comes back changed asks anew."""
    if wish.returns_at <= wish.leaves_at or wish.returns_at - wish.leaves_at > rules.LONGEST:
        raise DomainError("返回时间须在出发时间之后，一次用车最长 15 天。", field="return_time")
    ride = Ride.objects.select_for_update(of=("self",)).filter(case=case).first()
    if ride is not None and ride.state not in (Ride.State.CANCELLED, Ride.State.ASKED):
        raise AlreadyOut
    others = Ride.objects.filter(
        applicant=applicant, leaves_at__lt=wish.returns_at, returns_at__gt=wish.leaves_at,
        state__in=(Ride.State.ASKED, Ride.State.OPEN, Ride.State.PLANNED, Ride.State.UNDER_WAY),
    )  # fmt: skip
    if others.exclude(case=case).exists():
        raise AskedTwice(field="leave_day")
    ride = ride or Ride(case=case)
    ride.unit, ride.applicant, ride.state, ride.trip, ride.no_car = unit, applicant, Ride.State.ASKED, None, None
    _fill(ride, wish, stops)
    return ride


def _fill(ride: Ride, wish: Wish, stops: Sequence[Mapping[str, Any]]) -> None:
    for name, value in vars(wish).items():
        setattr(ride, name, value)
    ride.save()
    ride.stops.all().delete()
    Stop.objects.bulk_create(
        Stop(ride=ride, position=at, place=one.get("place"), address=one.get("address") or "")
        for at, one in enumerate(stops, 1)
    )


def open_ride(case: UUID) -> Ride:
    """Approved: it waits on the board, and who dispatches there is told."""
    ride = _held(case)
    ride.state = Ride.State.OPEN
    ride.save(update_fields=("state",))
    tell(
        holders_of(DISPATCHER, ride.pool), title=f"待派车：{ride.purpose[:40]}",
        body=f"{ride.applicant}，{when_of(ride)}，{ride.passengers} 人。", link="/fleet/board/",
    )  # fmt: skip
    return ride


def cancel_ride(case: UUID) -> None:
    """Taken back or refused. A trip that serves nobody else is cancelled with it."""
    ride = Ride.objects.select_for_update(of=("self",)).filter(case=case).first()
    if ride is None:
        return
    if ride.state in (Ride.State.UNDER_WAY, Ride.State.BACK, Ride.State.DONE):
        raise AlreadyOut
    touched(ride)
    trip_key, ride.trip, ride.state = ride.trip_id, None, Ride.State.CANCELLED
    ride.save(update_fields=("trip", "state"))
    if trip_key is not None:
        leave_trip(trip_key)


def leave_trip(key: int) -> None:
    """The last ride has left it: car and driver are free again, and the driver knows."""
    trip = Trip.objects.select_for_update(of=("self",)).select_related("driver__person", "vehicle").get(pk=key)
    if Ride.objects.filter(trip=trip).exists():
        return
    touched(trip)
    trip.state = Trip.State.CANCELLED
    trip.save(update_fields=("state",))
    tell([trip.driver.person], title=f"派车单 {trip.number} 已取消", body=f"{trip.vehicle}。", link="/fleet/drive/")


def confirm(*, case: UUID, rating: int, comment: str) -> Ride:
    ride = _held(case)
    ride.state, ride.rating, ride.comment = Ride.State.DONE, rating, comment
    ride.save(update_fields=("state", "rating", "comment"))
    return ride


def needs_head(ride: Ride) -> bool:
    """Far, across the city's border, or on a day off: the head of the unit decides."""
    if ride.range == Ride.Range.BEYOND or (ride.km or 0) > limit("approval", "km", ride.unit, LONG_KM):
        return True
    return rules.touches_holiday(rules.days_between(ride.leaves_at, ride.returns_at, ZONE), is_working_day)


def remind_of_papers() -> int:
    """Four hours before they are due, and every day they are late; then who dispatched is told, too."""
    told = 0
    rows = Ride.objects.filter(is_urgent=True, papers_at=None, papers_due_at__isnull=False, case=None)
    for ride in rows.select_related("applicant", "unit", "pool"):
        hours = int((ride.papers_due_at - now()).total_seconds() // 3600)  # type: ignore[operator]
        if hours != 3 and (hours >= 0 or hours % 24 != 23):
            continue
        people = [ride.applicant, *(holders_of(DISPATCHER, ride.pool) if hours < 0 else ())]
        when = f"已超过补办期限，请立即补办“{ride}”" if hours < 0 else f"请在 {hours + 1} 小时内补办“{ride}”"
        tell(people, title=f"紧急用车：{when}", link=f"{reverse('workflow:apply', args=['GC-02'])}?ride={ride.uid}")
        told += 1
    return told


def _held(case: UUID) -> Ride:
    rows = Ride.objects.select_for_update(of=("self",)).select_related("unit", "pool", "applicant")
    ride = rows.filter(case=case).first()
    if ride is None:
        raise Conflict("没有找到这份用车申请，可能已经撤回。")
    touched(ride)
    return ride


def when_of(ride: Ride | Trip) -> str:
    since, until = ride.leaves_at.astimezone(ZONE), ride.returns_at.astimezone(ZONE)
    last = f"{until:%H:%M}" if since.date() == until.date() else f"{until:%-m月%-d日 %H:%M}"
    return f"{since:%-m月%-d日 %H:%M}—{last}"
