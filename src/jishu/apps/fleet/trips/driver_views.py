"""The driver's phone page: one thumb, one next step."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jishu.platform.archive.api import keys_in, take_in, upload_control
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import MoneyField, page

from . import driving, selectors
from .models import Ride, Stop, Trip

FIELD = "files"
SHOWN = 20
OPEN = (Trip.State.PLANNED, Trip.State.ACCEPTED, Trip.State.OUT, Trip.State.ARRIVED)


class DepartForm(forms.Form):
    km = forms.IntegerField(label="里程表读数（公里）", min_value=0, max_value=3_000_000)


class ReturnForm(DepartForm):
    tolls = MoneyField(label="过路过桥费（元）", minimum=0, maximum=10_000, required=False)
    parking = MoneyField(label="停车费（元）", minimum=0, maximum=10_000, required=False)
    note = forms.CharField(label="行车记录", max_length=300, required=False, help_text="绕行、故障、违章等。")


@require_http_methods(["GET", "HEAD", "POST"])
@page(selectors.DRIVE)
def drive(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The own trips, what is under way first; POST is the next step of one of them."""
    bound: dict[UUID, forms.Form] = {}
    if request.method == "POST":
        trip = _trip(request, actor)
        form, told = _step(request, actor, trip)
        if told:
            messages.success(request, told)
            return redirect("fleet:drive")
        if form is not None:
            bound[trip.uid] = form
    stops = Prefetch("stops", queryset=Stop.objects.select_related("place"))
    rides = Prefetch("rides", queryset=Ride.objects.select_related("applicant").prefetch_related(stops))
    trips = list(
        selectors.trips_driven_by(actor).filter(state__in=OPEN).prefetch_related(rides).order_by("leaves_at")[:SHOWN]
    )
    context = {
        "trips": [_shown(trip, bound.get(trip.uid)) for trip in trips],
        "past": selectors.trips_driven_by(actor).filter(state=Trip.State.BACK).order_by("-returned_at")[:5],
        "control": upload_control(actor), "now": now(),
    }  # fmt: skip
    return render(request, "fleet/trips/drive.html", context, status=422 if bound else 200)


def _shown(trip: Trip, bound: forms.Form | None) -> dict[str, Any]:
    form = bound
    if form is None and trip.state in (Trip.State.PLANNED, Trip.State.ACCEPTED):
        form = DepartForm(initial={"km": trip.vehicle.odometer_km}, prefix=trip.uid.hex)
    if form is None:
        form = ReturnForm(prefix=trip.uid.hex)
    return {"trip": trip, "form": form}


def _step(request: HttpRequest, actor: Actor, trip: Trip) -> tuple[forms.Form | None, str]:
    """The form where something is wrong with it, or what was done."""
    do = request.POST.get("do", "")
    form: forms.Form | None = None
    try:
        if do == "accept":
            driving.accept(actor, trip=trip)
            return None, "已接单。出发前请核对车辆和里程表。"
        if do == "arrive":
            driving.arrive(actor, trip=trip)
            return None, "已登记到达。"
        taken = take_in(request, actor, [FIELD])
        form = (DepartForm if do == "depart" else ReturnForm)(taken.data, prefix=trip.uid.hex)
        for sentence in taken.problems.get(FIELD, ()):
            form.add_error(None, sentence)
        return (
            (form, "")
            if not form.is_valid()
            else (None, _go(actor, trip, do, form, keys_in(taken.data.get(FIELD, ""))))
        )
    except (Refused, Missing):
        raise
    except DomainError as error:
        if form is None:
            messages.error(request, error.message)
        else:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return form, ""


def _go(actor: Actor, trip: Trip, do: str, form: forms.Form, photos: list[UUID]) -> str:
    said = form.cleaned_data
    if do == "depart":
        driving.depart(actor, trip=trip, km=said["km"], photos=photos)
        return "已出车，注意安全。"
    done = driving.come_back(
        actor, trip=trip, km=said["km"], tolls=said["tolls"] or Decimal(0), parking=said["parking"] or Decimal(0),
        note=said["note"], photos=photos,
    )  # fmt: skip
    return f"已返回，本次行驶 {(done.end_km or 0) - (done.start_km or 0)} 公里。请将车辆停回定点停放点。"


def _trip(request: HttpRequest, actor: Actor) -> Trip:
    try:
        found = selectors.trips_driven_by(actor).filter(uid=UUID(request.POST.get("trip", ""))).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
