"""What hangs on the page of a listing."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today

from .models import PoolListing
from .selectors import CHANGE


def asking(request: HttpRequest, actor: Actor, row: PoolListing) -> str:
    context = {
        "listing": row,
        "is_open": row.state == PoolListing.State.LISTED and row.until >= today(),
        "may_ask": actor.may("asset.apply_pool") and actor.agency is not None and actor.agency.pk != row.unit_id,
        "may_withdraw": actor.scope(CHANGE).covers(row.unit),
    }
    return render_to_string("asset/pool/_asking.html", context, request)
