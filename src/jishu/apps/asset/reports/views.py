"""The page of the reports, and what can be taken away from it."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from jishu.platform.command import command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Refused
from jishu.platform.web.api import page

from . import showing
from .asking import Asked
from .kinds import FIRST, KINDS
from .signing import signing_list
from .table import Report

VIEW, ANNUAL, SIGN = "asset.view_card", "asset.view_annualreport", "sign"


@require_safe
@page(VIEW)
def reports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """``kind`` says which; ``as`` takes it away. Only those that the person may open are offered."""
    kind = KINDS.get(request.GET.get("kind", ""), KINDS[FIRST])
    if not actor.may(kind.permission):
        raise Refused
    asked, way = Asked(actor, request.GET, kind.permission), request.GET.get("as", "")
    if way == SIGN and kind.is_signed:
        return _sign(actor, asked=asked)
    report = kind.report(asked)
    if way in showing.WAYS:
        return _take(actor, report=report, way=way)
    return showing.show(request, report, kinds=offered(actor), here=kind.code, signing=kind.is_signed)


def offered(actor: Actor) -> list[tuple[str, str, str]]:
    """Code, title and address of the reports this person may open."""
    own = reverse("asset:reports")
    found = [(code, kind.title, f"{own}?kind={code}") for code, kind in KINDS.items() if actor.may(kind.permission)]
    annual = reverse("asset:annual_report")
    return [*found, ("annual", "资产年报", annual)] if actor.may(ANNUAL) else found


@command(VIEW, audited_as="report.taken", titled="下载资产报表")
def _take(actor: Actor, /, *, report: Report, way: str) -> HttpResponse:
    return showing.taken_away(report, actor, way)


@command(VIEW, audited_as="report.signing_printed", titled="打印资产签字清单")
def _sign(actor: Actor, /, *, asked: Asked) -> HttpResponse:
    return showing.as_file("资产使用人签字清单", signing_list(asked, actor), showing.PDF, "pdf")
