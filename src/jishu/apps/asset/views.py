"""Hand-written pages of the asset system."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishu.platform.identity.api import Actor
from jishu.platform.web.api import page

from . import selectors
from .counting.rules import number_in
from .counting.selectors import COUNT, campaigns_countable_by
from .labels.selectors import PRINT
from .scanning import next_steps


@page("asset.view_card")
def scan(request: HttpRequest, actor: Actor) -> HttpResponse:
    """From the code on a label to the thing, and to what can be done with it next."""
    code = number_in(request.GET.get("code", ""))
    found = list(selectors.cards_visible_to(actor).filter(number=code).order_by("id")[:11]) if code else []
    if code and not found:  # the label may still bear the number it had before a transfer
        found = selectors.cards_once_numbered(actor, code)
    context: dict[str, Any] = {"code": code, "found": found, "card": None}
    if len(found) == 1:
        card = found[0]
        counting = campaigns_countable_by(actor).filter(unit=card.unit_id) if actor.may(COUNT) else ()
        context |= {
            "card": card,
            "steps": next_steps(actor, card),
            "campaigns": list(counting[:3]),
            "may_print": actor.scope(PRINT).covers(card.unit),
        }
    return render(request, "asset/scan.html", context, status=404 if code and not found else 200)
