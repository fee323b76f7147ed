"""What a delivery brought, and what can still be done about it."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.asset.labels.selectors import PRINT, cards_to_label
from jishu.apps.asset.models import Acceptance
from jishu.platform.identity.api import Actor

TAB = "明细与卡片"


def lines(request: HttpRequest, actor: Actor, row: Acceptance) -> str:
    found = row.lines.select_related("category").prefetch_related("cards")
    may_change = row.state == Acceptance.State.STORED and actor.scope("asset.add_acceptance").covers(row.unit)
    may_print = actor.scope(PRINT).covers(row.unit) and cards_to_label(actor).filter(line__acceptance=row).exists()
    context = {"acceptance": row, "lines": found, "may_change": may_change, "may_print": may_print}
    return render_to_string("asset/acceptance/_lines.html", context, request)
