"""The repairs of one thing."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from jishu.apps.asset.models import Card
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today

from . import services
from .models import Repair
from .reading import past_of


def of_card(request: HttpRequest, actor: Actor, row: Card) -> str:
    times, cost = past_of(row)
    may_ask = actor.may(services.APPLY) and services.cards_to_mend(actor).filter(pk=row.pk).exists()
    context = {
        "card": row, "times": times, "cost": cost, "in_warranty": services.is_in_warranty(row, today()),
        "repairs": Repair.objects.filter(card=row),
        "ask": f"{reverse('workflow:apply', args=['ZC-12'])}?card={row.uid}" if may_ask else "",
    }  # fmt: skip
    return render_to_string("asset/repair/_card.html", context, request)
