"""Where a thing came from, and what a transfer moved."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.asset.models import Card
from jishu.apps.asset.selectors import cards_visible_to
from jishu.platform.identity.api import Actor

from .models import Transfer
from .selectors import lines_of_card


def of_card(request: HttpRequest, actor: Actor, row: Card) -> str:
    return render_to_string("asset/transfer/_card.html", {"lines": lines_of_card(row)}, request)


def of_transfer(request: HttpRequest, actor: Actor, row: Transfer) -> str:
    """The giving unit reads what went, though it no longer sees the cards."""
    lines = list(row.lines.select_related("card", "from_user", "to_user", "from_keeper", "to_keeper"))
    seen = cards_visible_to(actor).filter(pk__in=[one.card_id for one in lines]).values_list("pk", flat=True)
    return render_to_string("asset/transfer/_lines.html", {"lines": lines, "seen": set(seen)}, request)
