"""Which papers of which cars, and which have run out."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max, QuerySet

from jishu.apps.fleet.models import Vehicle
from jishu.platform.identity.api import Actor

from .models import Paper

VIEW, CHANGE, ADD = "fleet.view_paper", "fleet.change_paper", "fleet.add_paper"
# Without these a car stays where it is.
NEEDED = (Paper.Kind.LICENCE, Paper.Kind.COMPULSORY, Paper.Kind.INSPECTION)


def papers_visible_to(actor: Actor) -> QuerySet[Paper]:
    found = Paper.objects.filter(actor.scope(VIEW).within_agencies("vehicle__unit"))
    return found.select_related("vehicle", "vehicle__unit")


def papers_managed_by(actor: Actor, permission: str) -> QuerySet[Paper]:
    return Paper.objects.filter(actor.scope(permission).within_agencies("vehicle__unit")).select_related("vehicle")


def last_days(cars: Iterable[Vehicle]) -> dict[int, dict[str, date]]:
    """Of each car and kind the day until which the latest paper holds; what never ends is left out."""
    keys = [car.pk for car in cars]
    rows = Paper.objects.filter(vehicle__in=keys, expires_on__isnull=False).values("vehicle_id", "kind")
    found: dict[int, dict[str, date]] = {}
    for row in rows.annotate(last=Max("expires_on")).order_by():
        found.setdefault(row["vehicle_id"], {})[row["kind"]] = row["last"]
    return found


def expired_papers(cars: Iterable[Vehicle], on: date) -> dict[int, list[str]]:
    """Why a car may not be on the road that day. A paper never filed is a gap in the file, no reason."""
    titles = dict(Paper.Kind.choices)
    found: dict[int, list[str]] = {}
    for car, kinds in last_days(cars).items():
        for kind, last in kinds.items():
            if kind in NEEDED and last < on:
                found.setdefault(car, []).append(f"{titles[kind]}于 {last:%Y年%-m月%-d日} 到期")
    return found
