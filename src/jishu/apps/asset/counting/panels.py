"""What hangs on the page of a stocktake."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode

from jishu.platform.identity.api import Actor

from . import selectors
from .forms import CountersForm
from .models import Campaign, CountLine

SHOWN = 50


def progress(request: HttpRequest, actor: Actor, row: Campaign) -> str:
    """Every figure opens the rows it was counted from."""
    figures = selectors.progress_of(row)
    manages = actor.scope(selectors.CHANGE).covers(row.unit)
    context = {
        "campaign": row,
        "progress": figures,
        "figures": [
            {"title": result.label, "count": figures.counts[result], "url": lines_address(row, result=result.value)}
            for result in CountLine.Result
        ],
        "departments": selectors.progress_by_department(row),
        "manages": manages,
        "counts": selectors.campaigns_countable_by(actor).filter(pk=row.pk).exists(),
        "lines": lines_address(row),
    }
    return render_to_string("asset/counting/_progress.html", context, request)


def counters(request: HttpRequest, actor: Actor, row: Campaign) -> str:
    people = [one.person for one in row.counters.select_related("person").order_by("person__code")]
    manages = actor.scope(selectors.CHANGE).covers(row.unit)
    context = {
        "campaign": row,
        "people": people,
        "form": CountersForm(actor=actor, people=people) if manages and row.state != Campaign.State.CLOSED else None,
    }
    return render_to_string("asset/counting/_counters.html", context, request)


def unknown(request: HttpRequest, actor: Actor, row: Campaign) -> str:
    """What was scanned and is on no card of the list."""
    context = {
        "campaign": row,
        "readings": list(selectors.unknown_codes(row)[:SHOWN]),
        "surplus": list(row.surplus.select_related("category", "card").order_by("-id")[:SHOWN]),
        "manages": actor.scope("asset.add_surplus").covers(row.unit) and row.state == Campaign.State.COUNTING,
    }
    return render_to_string("asset/counting/_unknown.html", context, request)


def lines_address(campaign: Campaign, **wanted: str) -> str:
    return f"{reverse('asset:countline-list')}?{urlencode({'campaign': str(campaign.uid), **wanted})}"
