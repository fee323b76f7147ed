"""The dispatcher's board and what is sent from it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jishu.apps.fleet.models import Driver, Vehicle
from jishu.platform.identity.api import Actor, Unit, people_visible_to
from jishu.platform.lib.calendar import is_working_day
from jishu.platform.lib.clock import ZONE, today
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import NamedField, page

from . import board as drawing
from . import planning, selectors, services, urgent
from .models import Ride, Stop, Trip
from .suggesting import suggest

MOST_OPEN, MOST_LANES = 60, 120


@require_safe
@page(selectors.PLAN)
def board(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?day=2026-11-24: what waits for a car, and a lane for every car and every driver of that day."""
    day = _day(request.GET.get("day", ""))
    since, until = drawing.shown(day, ZONE)
    units = list(selectors.pools().filter(actor.scope(selectors.PLAN).within_agencies("agency")))
    unit = _unit(units, actor, request.GET.get("unit", ""))
    cars = list(_of(unit, selectors.cars_to_plan(actor))[:MOST_LANES])
    drivers = list(_of(unit, selectors.drivers_to_plan(actor))[:MOST_LANES])
    trips = list(
        selectors.trips_planned_by(actor).filter(selectors.day_filter(since, until)).order_by("leaves_at", "id")
    )
    stops = Prefetch("stops", queryset=Stop.objects.select_related("place"))
    rides = list(selectors.rides_to_plan(actor).prefetch_related(stops)[: MOST_OPEN + 1])
    context = {
        "day": day, "previous": day - timedelta(days=1), "next": day + timedelta(days=1), "today": today(),
        "is_off": not is_working_day(day), "rides": rides[:MOST_OPEN], "more": len(rides) > MOST_OPEN,
        "units": units, "unit": unit, "cars": cars, "drivers": drivers, "hours": drawing.hours(),
        "car_lanes": drawing.lanes(cars, trips, "vehicle_id", day, ZONE),
        "driver_lanes": drawing.lanes(drivers, trips, "driver_id", day, ZONE),
        "sealed": selectors.sealed_on([day], [car.pk for car in cars]),
    }  # fmt: skip
    return render(request, "fleet/trips/board.html", context)


@require_POST
@page(selectors.PLAN)
def plan(request: HttpRequest, actor: Actor) -> HttpResponse:
    """do=plan, auto or none with the rides that are ticked; do=replan with the trip that was dragged."""
    deeds = {"plan": _plan, "auto": _auto, "none": _none, "replan": _replan, "cancel": _cancel}
    deed = deeds.get(request.POST.get("do", ""))
    if deed is None:
        raise Missing
    try:
        messages.success(request, deed(request, actor))
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    back = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if back.startswith("/") and allowed else reverse("fleet:board"))


def _plan(request: HttpRequest, actor: Actor) -> str:
    rides = _rides(request, actor)
    car, driver = _car(request, actor), _driver(request, actor)
    if car is None or driver is None:
        raise DomainError("请选择车辆和驾驶员；也可以点“自动派车”，由系统选择。")
    trip = planning.plan_trip(actor, rides=rides, vehicle=car, driver=driver)
    return _said(trip, len(rides))


def _auto(request: HttpRequest, actor: Actor) -> str:
    rides = _rides(request, actor)
    found = suggest(actor, rides)
    if found is None:
        raise DomainError("这段时间没有合适的车辆和驾驶员；可以调整时间，或登记无车可派。")
    trip = planning.plan_trip(actor, rides=rides, vehicle=found[0], driver=found[1])
    return _said(trip, len(rides))


def _none(request: HttpRequest, actor: Actor) -> str:
    rides = _rides(request, actor)
    for ride in rides:
        planning.refuse_ride(actor, ride=ride)
    return f"已登记 {len(rides)} 份申请无车可派，申请人可以办理公务租车。"


def _replan(request: HttpRequest, actor: Actor) -> str:
    trip = _trip(request, actor)
    car, driver = _car(request, actor) or trip.vehicle, _driver(request, actor) or trip.driver
    trip = planning.replan_trip(actor, trip=trip, vehicle=car, driver=driver)
    return f"派车单 {trip.number} 已改为 {trip.vehicle.plate}，驾驶员 {trip.driver}。"


def _cancel(request: HttpRequest, actor: Actor) -> str:
    trip = planning.cancel_trip(actor, trip=_trip(request, actor), reason=request.POST.get("reason", ""))
    return f"派车单 {trip.number} 已取消，申请回到待派车。"


def _said(trip: Trip, rides: int) -> str:
    together = f"，{rides} 份申请合并" if rides > 1 else ""
    return f"已派车：{trip.vehicle.plate}，驾驶员 {trip.driver}，{services.when_of(trip)}{together}。"


class UrgentForm(forms.Form):
    """What is known while somebody is on the phone."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: dict[str, Any] = {"rows": people_visible_to(actor), "noun": "人员", "help_text": "姓名或人员编号。"}
        self.fields |= {
            "applicant": NamedField(label="用车人", **people),
            "purpose": forms.CharField(label="紧急事由", max_length=300),
            "goes_to": forms.CharField(label="去哪里", max_length=120),
            "passengers": forms.IntegerField(label="乘车人数", min_value=1, max_value=50, initial=1),
            "returns_at": forms.DateTimeField(
                label="预计返回",
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            ),
            "authorised_by": forms.CharField(label="口头批准人", max_length=40, help_text="谁同意先行派车。"),
            "vehicle": forms.ModelChoiceField(
                label="车辆", queryset=selectors.cars_to_plan(actor), to_field_name="uid", empty_label="请选择"
            ),
            "driver": forms.ModelChoiceField(
                label="驾驶员", queryset=selectors.drivers_to_plan(actor), to_field_name="uid", empty_label="请选择"
            ),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@page(selectors.PLAN)
def urgent_trip(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Nothing typed is lost when something is wrong."""
    form = UrgentForm(request.POST if request.method == "POST" else None, actor=actor)
    if form.is_bound and form.is_valid():
        try:
            trip = urgent.send_at_once(actor, **form.cleaned_data)
        except (Refused, Missing):
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"{_said(trip, 1)}已提醒用车人 24 小时内补办手续。")
            return redirect("fleet:trip-detail", uid=trip.uid)
    return render(request, "fleet/trips/urgent.html", {"form": form}, status=422 if form.errors else 200)


def _unit(units: list[Unit], actor: Actor, text: str) -> Unit | None:
    """As asked; the own one first; None is all of them."""
    own = next((one for one in units if one == actor.agency), None)
    return own if not text else next((one for one in units if str(one.uid) == text), None)


def _of(unit: Unit | None, rows: Any) -> Any:
    return rows if unit is None else rows.filter(unit=unit)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        return today()


def _rides(request: HttpRequest, actor: Actor) -> list[Ride]:
    keys = [_key(one) for one in request.POST.getlist("ride")[: planning.MOST_RIDES + 1]]
    found = list(selectors.rides_to_plan(actor).filter(uid__in=keys))
    if len(found) != len(set(keys)):
        raise DomainError("所选申请中有的已经派车或撤回，请刷新后重新选择。")
    if not found:
        raise DomainError("请先勾选要派车的申请。")
    return found


def _car(request: HttpRequest, actor: Actor) -> Vehicle | None:
    return _named(selectors.cars_to_plan(actor), request.POST.get("vehicle", ""))


def _driver(request: HttpRequest, actor: Actor) -> Driver | None:
    return _named(selectors.drivers_to_plan(actor), request.POST.get("driver", ""))


def _trip(request: HttpRequest, actor: Actor) -> Trip:
    found = _named(selectors.trips_planned_by(actor), request.POST.get("trip", ""))
    if found is None:
        raise Missing
    return found


def _named(rows: Any, text: str) -> Any:
    if not text:
        return None
    found = rows.filter(uid=_key(text)).first()
    if found is None:
        raise Missing
    return found


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
