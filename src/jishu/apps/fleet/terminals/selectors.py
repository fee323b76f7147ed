"""Whose cars may this person see move?"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from jishu.apps.fleet.models import Vehicle
from jishu.platform.identity.api import Actor

from .models import LatestPosition

VIEW = "fleet.view_track"
_OFFLINE_AFTER = timedelta(minutes=10)
_MOVING = 30
_ACC, _FIXED = 1, 2


def cars_tracked_by(actor: Actor) -> QuerySet[Vehicle]:
    """Of the units whose tracks the actor may see."""
    return Vehicle.objects.filter(actor.scope(VIEW).within_agencies("unit")).select_related("unit")


def positions_visible_to(actor: Actor) -> QuerySet[LatestPosition]:
    shown = LatestPosition.objects.filter(actor.scope(VIEW).within_agencies("vehicle__unit"))
    return shown.select_related("vehicle__unit").order_by("vehicle__plate")


def state_of(position: LatestPosition, now: datetime) -> tuple[str, str]:
    """As the map marks it, and in words."""
    if now - position.received_at > _OFFLINE_AFTER:
        return "offline", "离线"
    if not position.status & _FIXED:
        return "unfixed", "未定位"
    if position.speed >= _MOVING:
        return "moving", "行驶"
    return ("idling", "停车未熄火") if position.status & _ACC else ("parked", "停放")
