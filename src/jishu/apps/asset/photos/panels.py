"""照片 on the page of a card."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.asset.models import Card
from jishu.platform.archive.api import upload_control
from jishu.platform.identity.api import Actor

from . import services

TAB = "照片"
SHOWN = 40


def of_card(request: HttpRequest, actor: Actor, row: Card) -> str:
    may_change = actor.scope(services.CHANGE).covers(row.unit)
    context = {
        "card": row,
        "photos": services.photos_of(row)[:SHOWN],
        "may_change": may_change,
        "control": upload_control(actor) if may_change else "",
    }
    return render_to_string("asset/photos/_card.html", context, request)
