"""What a delivery brought, and what can still be done about it."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.asset.models import Acceptance
from jishu.platform.identity.api import Actor

SHOWN = 2000


def lines(request: HttpRequest, actor: Actor, row: Acceptance) -> str:
    found = row.lines.select_related("category").prefetch_related("cards")
    may_change = row.state == Acceptance.State.STORED and actor.scope("asset.add_acceptance").covers(row.unit)
    context = {"acceptance": row, "lines": found, "may_change": may_change}
    return render_to_string("asset/acceptance/_lines.html", context, request)
