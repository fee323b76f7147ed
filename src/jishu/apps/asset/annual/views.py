"""The page of the yearly report: as it stands, or as it was closed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from jishu.apps.asset.models import AnnualReport
from jishu.apps.asset.reports import showing
from jishu.apps.asset.reports.asking import Asked
from jishu.apps.asset.reports.table import Ask, Report
from jishu.apps.asset.reports.views import offered
from jishu.platform.command import command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

from . import services
from .figures import tables_of

YEARS = 10


@require_http_methods(["GET", "HEAD", "POST"])
@page(services.VIEW)
def annual_report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?unit=UID&year=2025; POST do=close freezes it, do=reopen lets it be reported anew."""
    asked = Asked(actor, request.GET, services.VIEW)
    if request.method == "POST":
        return _acted(request, actor, asked)
    reports = list(services.annuals_visible_to(actor).filter(unit=asked.one_unit, year=asked.year)[:20])
    closed = next((one for one in reports if one.state == AnnualReport.State.CLOSED), None)
    report = _report(asked, closed)
    way = request.GET.get("as", "")
    if way in showing.WAYS:
        return _take(actor, report=report, way=way)
    is_over, unit = asked.year < today().year, asked.one_unit
    context = {
        "kinds": offered(actor), "here": "annual", "closed": closed,
        "earlier": [one for one in reports if one is not closed],
        "may_close": closed is None and is_over and actor.scope(services.CLOSE).covers(unit),
        "may_reopen": closed is not None and actor.scope(services.REOPEN).covers(unit)
        and closed.closed_by_id != actor.person_id,
        "unit": unit, "year": asked.year,
    }  # fmt: skip
    return showing.show(request, report, template="asset/reports/annual.html", **context)


def _report(asked: Asked, closed: AnnualReport | None) -> Report:
    unit, year = asked.one_unit, asked.year
    said = f"{unit.short_name}截至 {year} 年 12 月 31 日"
    if closed is not None:
        note = f"{said}，{closed.closed_by or '系统'}已于 {closed.created_at:%Y-%m-%d} 结报，以后台账的变动不再影响。"
    else:
        note = f"{said}，按现在的台账编制，尚未结报；结报后数字固定不变。"
    years = tuple((str(one), f"{one} 年") for one in range(today().year, today().year - YEARS, -1))
    return Report(
        f"{year}年资产年报", note, services.thawed(closed) if closed is not None else tables_of(unit, year),
        asks=(Ask("year", "年度", "select", str(year), years), *asked.unit_ask(needs_one=True)),
        nothing="这一年账上没有资产", why="换一个年度或单位。",
    )  # fmt: skip


@command(services.VIEW, audited_as="annual.taken", titled="下载资产年报")
def _take(actor: Actor, /, *, report: Report, way: str) -> HttpResponse:
    return showing.taken_away(report, actor, way)


def _acted(request: HttpRequest, actor: Actor, asked: Asked) -> HttpResponse:
    try:
        if request.POST.get("do") == "close":
            services.close(actor, unit=asked.one_unit, year=asked.year)
            told = f"{asked.year} 年年报已结报，数字固定不变。"
        else:
            reason = request.POST.get("reason", "").strip()[:300]
            services.reopen(actor, report=_key(request.POST.get("report", "")), reason=reason)
            told = "已撤销结报，可以重新编制。"
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return redirect(f"{request.path}?{urlencode({'unit': str(asked.one_unit.uid), 'year': str(asked.year)})}")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
