"""What hangs on the page of a consumable: its places and batches, and the form that moves stock."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.identity.api import Actor

from .forms import MoveForm
from .models import SupplyItem
from .selectors import CHANGE

SHOWN = 20


def stock(request: HttpRequest, actor: Actor, row: SupplyItem) -> str:
    manages = actor.scope(CHANGE).covers(row.unit)
    moves = row.moves.select_related("department", "person").order_by("-id")[:SHOWN] if manages else ()
    context = {
        "item": row,
        "places": row.places.filter(on_hand__gt=0).order_by("place"),
        "batches": row.batches.filter(left__gt=0).order_by("received_on", "id")[:SHOWN] if manages else (),
        "moves": moves,
        "form": MoveForm(actor=actor, item=row) if manages else None,
    }
    return render_to_string("asset/supplies/_stock.html", context, request)
