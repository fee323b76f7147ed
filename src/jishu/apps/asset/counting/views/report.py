"""The report of a stocktake: on the screen, as a workbook, as paper."""

from io import BytesIO
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jishu.apps.asset.counting import reporting
from jishu.apps.asset.counting.models import Campaign
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Missing
from jishu.platform.web.api import page

KINDS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", reporting.workbook),
    "pdf": ("application/pdf", reporting.paper),
}


@require_safe
@page("asset.view_countline")
def count_report(request: HttpRequest, actor: Actor) -> HttpResponse:
    campaign = _campaign(actor, request.GET.get("campaign", ""))
    report = reporting.report_of(campaign)
    asked = request.GET.get("as", "")
    if asked in KINDS:
        kind, make = KINDS[asked]
        into = BytesIO()
        make(report, into)
        answer = HttpResponse(into.getvalue(), content_type=kind)
        name = f"{campaign.unit.short_name} {campaign.title} 盘点报告.{asked}"
        answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer
    return render(request, "asset/counting/report.html", {"campaign": campaign, "report": report})


def _campaign(actor: Actor, text: str) -> Campaign:
    """Of units the actor looks after; a counter's own page shows only what is to be counted."""
    rows = Campaign.objects.filter(actor.scope("asset.view_countline").within_agencies("unit"))
    try:
        found = rows.exclude(state=Campaign.State.PLANNED).select_related("unit").filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing("没有这次盘点，或者它还没有开始。")
    return found
