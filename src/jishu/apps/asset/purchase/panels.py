"""What a line was judged by, and what has come of it."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.asset.models import AcceptanceLine
from jishu.platform.identity.api import Actor
from jishu.platform.workflow.api import cases_visible_to

from .models import PurchaseLine


def of_line(request: HttpRequest, actor: Actor, row: PurchaseLine) -> str:
    came = AcceptanceLine.objects.filter(purchase=row).select_related("acceptance").order_by("id")
    may_receive = row.state == PurchaseLine.State.APPROVED and row.left > 0
    context = {
        "line": row, "came": came, "case": cases_visible_to(actor).filter(uid=row.case).first(),
        "may_receive": may_receive and actor.scope("asset.add_acceptance").covers(row.unit),
    }  # fmt: skip
    return render_to_string("asset/purchase/_line.html", context, request)
