"""编制与配备: the table of all units one looks after."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.web.api import page

from .figures import standings


@require_safe
@page("fleet.view_quota")
def standing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?on=2026-11-23: quotas as they held that day, against the cars of now. ?only=over leaves out what fits."""
    on = _day(request.GET.get("on", ""))
    rows = standings(actor.scope("fleet.view_quota").within_agencies("unit"), on)
    sums = {name: sum(getattr(one, name) for one in rows) for name in ("quota", "cars", "vacant", "over")}
    is_over = request.GET.get("only") == "over"
    context: dict[str, Any] = {
        "on": on, "rows": [one for one in rows if one.over] if is_over else rows, "sums": sums, "is_over": is_over,
    }  # fmt: skip
    return render(request, "fleet/standing/standing.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        return today()
