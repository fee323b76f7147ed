"""The page of the reports, and what can be taken away from it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jishu.platform.command import command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Refused
from jishu.platform.web.api import page

from . import showing
from .asking import Asked
from .kinds import FIRST, KINDS
from .table import Report

VIEW = "asset.view_card"


@require_safe
@page(VIEW)
def reports(request: HttpRequest, actor: Actor) -> HttpResponse:
    """``kind`` says which; ``as`` takes it away. Only those that the person may open are offered."""
    kind = KINDS.get(request.GET.get("kind", ""), KINDS[FIRST])
    if not actor.may(kind.permission):
        raise Refused
    report = kind.report(Asked(actor, request.GET, kind.permission))
    way = request.GET.get("as", "")
    if way in showing.WAYS:
        return _take(actor, report=report, way=way)
    return showing.show(request, report, kinds=_offered(actor))


def _offered(actor: Actor) -> list[tuple[str, str]]:
    return [(code, kind.title) for code, kind in KINDS.items() if actor.may(kind.permission)]


@command(VIEW, audited_as="report.taken", titled="下载资产报表")
def _take(actor: Actor, /, *, report: Report, way: str) -> HttpResponse:
    return showing.taken_away(report, actor, way)
