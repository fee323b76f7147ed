"""What hangs on the pages of a trip and of a ride."""

from django.db.models import Prefetch
from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.archive.api import files_of
from jishu.platform.identity.api import Actor

from . import filing, selectors
from .models import Ride, Stop, Trip


def of_trip(request: HttpRequest, actor: Actor, row: Trip) -> str:
    """Who rides along which stops, how it went, and what the dispatcher may still change."""
    stops = Prefetch("stops", queryset=Stop.objects.select_related("place"))
    is_open = row.state in (Trip.State.PLANNED, Trip.State.ACCEPTED)
    may_plan = is_open and selectors.trips_planned_by(actor).filter(pk=row.pk).exists()
    context = {
        "trip": row,
        "rides": Ride.objects.filter(trip=row).select_related("applicant", "unit").prefetch_related(stops),
        "photos": files_of(filing.KIND, row.uid).order_by("id")[:20],
        "may_plan": may_plan,
        "cars": selectors.cars_to_plan(actor) if may_plan else (),
        "drivers": selectors.drivers_to_plan(actor) if may_plan else (),
    }
    return render_to_string("fleet/trips/_trip.html", context, request)


def of_ride(request: HttpRequest, actor: Actor, row: Ride) -> str:
    context = {"ride": row, "stops": row.stops.select_related("place")}
    return render_to_string("fleet/trips/_ride.html", context, request)
