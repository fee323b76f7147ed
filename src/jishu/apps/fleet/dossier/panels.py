"""履历 on the page of a car."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.fleet.models import Vehicle
from jishu.apps.fleet.papers.models import Paper
from jishu.apps.fleet.papers.selectors import ADD
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today

from .reading import timeline, year_of


def of_car(request: HttpRequest, actor: Actor, row: Vehicle) -> str:
    context = {
        "car": row,
        "year": year_of(row),
        "moments": timeline(row)[:100],
        "papers": Paper.objects.filter(vehicle=row).order_by("kind", "-starts_on")[:40],
        "today": today(),
        "may_file": actor.may(ADD),
    }
    return render_to_string("fleet/dossier/_car.html", context, request)
