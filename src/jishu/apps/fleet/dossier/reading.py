"""What happened to one car, newest first; and its figures of a year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Sum
from django.urls import reverse

from jishu.apps.fleet.models import Plating, Terminal, Vehicle
from jishu.apps.fleet.papers.models import Paper
from jishu.apps.fleet.trips.models import Sealing, Trip
from jishu.platform.lib.clock import ZONE, today

EACH = 60


@dataclass(frozen=True)
class Moment:
    on: date
    kind: str
    text: str
    address: str = ""


def timeline(car: Vehicle) -> list[Moment]:
    found = [*_beginnings(car), *_papers(car), *_trips(car), *_sealings(car)]
    return sorted(found, key=lambda one: one.on, reverse=True)


def _beginnings(car: Vehicle) -> Iterator[Moment]:
    yield Moment(car.bought_on, "购置", f"{car.brand}，¥{car.price:,.2f}")
    for one in Plating.objects.filter(vehicle=car).order_by("during"):
        yield Moment(one.during.lower or car.bought_on, "号牌", f"启用 {one.plate}")
    for terminal in Terminal.objects.filter(vehicle=car).exclude(installed_on=None):
        yield Moment(terminal.installed_on or car.bought_on, "终端", f"安装 {terminal.number}")


def _papers(car: Vehicle) -> Iterator[Moment]:
    for one in Paper.objects.filter(vehicle=car).order_by("-starts_on")[:EACH]:
        until = f"，有效期至 {one.expires_on:%Y年%-m月%-d日}" if one.expires_on else ""
        yield Moment(one.starts_on, "证照", f"{one.get_kind_display()} {one.number}{until}")


def _trips(car: Vehicle) -> Iterator[Moment]:
    rows = Trip.objects.filter(vehicle=car).exclude(state=Trip.State.CANCELLED)
    for one in rows.select_related("driver__person").order_by("-id")[:EACH]:
        km = f"，{one.end_km - one.start_km} 公里" if one.end_km is not None and one.start_km is not None else ""
        yield Moment(
            one.leaves_at.astimezone(ZONE).date(), "出车",
            f"{one.number}，驾驶员 {one.driver}，{one.get_state_display()}{km}",
            reverse("fleet:trip-detail", args=[one.uid]),
        )  # fmt: skip


def _sealings(car: Vehicle) -> Iterator[Moment]:
    for one in Sealing.objects.filter(vehicle=car)[:EACH]:
        yield Moment(
            one.starts_on, "封存", f"{one.title}，{'值班保留：' + one.reason if one.is_exempt else '封存停驶'}"
        )


def year_of(car: Vehicle) -> dict[str, Any]:
    """Trips, kilometres and what they cost in the last 365 days."""
    rows = Trip.objects.filter(vehicle=car, state=Trip.State.BACK, leaves_at__date__gt=today() - timedelta(days=365))
    found = rows.aggregate(
        trips=Count("id"), km=Sum(F("end_km") - F("start_km"), default=0), cost=Sum("cost", default=Decimal(0))
    )
    return found | {"a_month": f"{found['trips'] / 12:.1f}"}
