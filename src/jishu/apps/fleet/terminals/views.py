"""实时位置 and 车辆轨迹: every look is scoped to one's units and recorded."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jishu.apps.fleet.models import Vehicle
from jishu.platform.audit.api import Through, record_read
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.errors import Missing
from jishu.platform.web.api import page

from . import driving, mapping, tracks
from .selectors import VIEW, cars_tracked_by, positions_visible_to, state_of
from .showing import Drawn, drawn

MOST_CARS = 1000
_LOOK_LASTS = timedelta(minutes=10)
_LOOKED = "fleet.map_looked"
_STATES = {"moving": "行驶", "idling": "停车未熄火", "parked": "停放", "unfixed": "未定位", "offline": "离线"}


@require_safe
@page(VIEW)
def live_map(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?q= plates that contain it, ?state= one of the states. The island asks again every ten seconds."""
    term, state, moment = request.GET.get("q", "").strip()[:10], request.GET.get("state", ""), now()
    positions = positions_visible_to(actor)
    if term:
        positions = positions.filter(vehicle__plate__icontains=term)
    found = list(positions[: MOST_CARS + 1])
    cars: list[dict[str, Any]] = [{"at": one, "state": state_of(one, moment)} for one in found[:MOST_CARS]]
    counts = [(code, word, sum(car["state"][0] == code for car in cars)) for code, word in _STATES.items()]
    cars = [car for car in cars if state in ("", car["state"][0])]
    _record_look(request, actor, [car["at"].vehicle for car in cars])
    view = _place(cars)
    context = {
        "cars": cars, "counts": counts, "q": term, "state": state, "more": len(found) > MOST_CARS, "most": MOST_CARS,
        "view": view, "background": _background(view), "asked_at": moment,
    }  # fmt: skip
    return render(request, "fleet/terminals/map.html", context)


def _place(cars: list[dict[str, Any]]) -> mapping.View:
    """The district while all cars are in it, else wherever they are."""
    view, points = mapping.DISTRICT, [(car["at"].longitude / 1e6, car["at"].latitude / 1e6) for car in cars]
    if not all(view.west <= x <= view.east and view.south <= y <= view.north for x, y in points):
        view = mapping.view_of(points)
    for car, point in zip(cars, points, strict=True):
        car["x"], car["y"] = view.xy(*point)
        car["longitude"], car["latitude"] = point
    return view


def _background(view: mapping.View) -> dict[str, str]:
    return mapping.district_background() if view is mapping.DISTRICT else mapping.background(view)


def _record_look(request: HttpRequest, actor: Actor, vehicles: list[Vehicle]) -> None:
    """A map that stays open is one look for ten minutes, as long as it shows no other cars than before."""
    shown, before = [str(each.uid) for each in vehicles], request.session.get(_LOOKED) or {}
    since = now() - _LOOK_LASTS
    fresh = before.get("at", "") > since.isoformat()
    if fresh and set(shown) <= set(before.get("cars", ())):
        return
    record_read(actor, "公务用车实时位置", [each.uid for each in vehicles], through=Through.PAGE)
    request.session[_LOOKED] = {"at": now().isoformat(), "cars": shown}


@require_safe
@page(VIEW)
def car_track(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?car=UID or ?plate=, ?day=2026-11-23."""
    cars = cars_tracked_by(actor)
    day = _day(request.GET.get("day", ""))
    car = _car(cars, request.GET)
    context: dict[str, Any] = {"car": car, "day": day, "today": today(), "plate": request.GET.get("plate", "")[:10]}
    if car is None:
        context["missing"] = bool(context["plate"])
        context["plates"] = cars.order_by("plate").values_list("plate", flat=True)[:MOST_CARS]
        return render(request, "fleet/terminals/track.html", context)
    record_read(actor, f"车辆轨迹：{car.plate}，{day.isoformat()}", [car.uid], through=Through.PAGE)
    context |= {"plate": car.plate, "previous": day - timedelta(days=1), "next": day + timedelta(days=1)}
    context["track"] = _drawn(car, day)
    return render(request, "fleet/terminals/track.html", context)


def _drawn(car: Vehicle, day: date) -> Drawn | None:
    track = driving.usable(tracks.track_of(car.id, *tracks.day_bounds(day)))
    return drawn(track) if len(track["time"]) else None


def _car(cars: Any, asked: Any) -> Vehicle | None:
    if uid := asked.get("car", ""):
        try:
            found: Vehicle | None = cars.filter(uid=UUID(uid)).first()
        except ValueError:
            raise Missing from None
        if found is None:
            raise Missing
        return found
    plate = asked.get("plate", "").strip()[:10]
    return cars.filter(plate__iexact=plate).first() if plate else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()
