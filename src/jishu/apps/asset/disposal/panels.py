"""What went, what the figures give away, and whether the income was paid in."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.asset.models import Disposal
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.standards.api import ruling

from . import rules
from .services import PAY, PRICE


def lines(request: HttpRequest, actor: Actor, row: Disposal) -> str:
    context = {
        "disposal": row,
        "lines": row.lines.select_related("card"),
        "flags": rules.flags(row, on=today(), price=ruling(PRICE, on=row.disposed_on, unit=row.unit)),
        "may_pay": bool(row.income) and row.paid_on is None and actor.scope(PAY).covers(row.unit),
        "today": today(),
    }
    return render_to_string("asset/disposal/_lines.html", context, request)
