"""变更申请 on the page of a card, 复核 on the page of a request."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.asset.models import Card, Correction
from jishu.platform.identity.api import Actor

from . import services
from .values import differences

TAB = "复核"
SHOWN = 50


def of_card(request: HttpRequest, actor: Actor, row: Card) -> str:
    found = services.corrections_visible_to(actor).filter(card=row).order_by("-id")[:SHOWN]
    context = {
        "card": row,
        "corrections": found,
        "may_ask": actor.scope(services.ASK).covers(row.unit) and row.state != Card.State.RETIRED,
    }
    return render_to_string("asset/corrections/_card.html", context, request)


def deciding(request: HttpRequest, actor: Actor, row: Correction) -> str:
    is_own = actor.person is not None and row.asked_by_id == actor.person.pk
    is_waiting = row.state == Correction.State.WAITING
    context = {
        "correction": row,
        "differences": differences(row),
        "may_decide": is_waiting and not is_own and actor.scope(services.CONFIRM).covers(row.unit),
        "may_withdraw": is_waiting and is_own,
    }
    return render_to_string("asset/corrections/_deciding.html", context, request)
