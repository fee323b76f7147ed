"""What waits for people in dispatch besides cases."""

from django.urls import reverse

from jishu.platform.contract import Waiting
from jishu.platform.identity.api import Actor

from . import selectors, urgent
from .models import Trip


def waiting(actor: Actor) -> list[Waiting]:
    """Open rides for whoever dispatches, new trips for whoever drives, papers for whoever rode on a word."""
    found = urgent.waiting(actor) if actor.may(selectors.APPLY) else []
    if actor.scope(selectors.PLAN):
        rides = selectors.rides_to_plan(actor)
        first = rides.first()
        if first is not None:
            said = f"{rides.count()} 份用车申请待派车，最早 {first.leaves_at:%-m月%-d日} 出发"
            found.append(Waiting(title=said, step="派车", address=reverse("fleet:board"), due=first.leaves_at))
    if actor.may(selectors.DRIVE):
        trips = selectors.trips_driven_by(actor).filter(state=Trip.State.PLANNED).order_by("leaves_at")[:5]
        for trip in trips:
            said = f"出车：{trip.vehicle.plate}，派车单 {trip.number}"
            found.append(Waiting(title=said, step="接单", address=reverse("fleet:drive"), due=trip.leaves_at))
    return found
