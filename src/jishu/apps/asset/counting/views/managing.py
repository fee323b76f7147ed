"""The buttons of a stocktake: start, name counters, give up for missing what was not found, close."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from jishu.apps.asset.counting import selectors, services
from jishu.apps.asset.counting.forms import CountersForm
from jishu.apps.asset.counting.models import Campaign, CountLine
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

AT_ONCE = 500


@require_POST
@page(selectors.CHANGE)
def count_deed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One address for the buttons; ``do`` says which was pressed."""
    campaign = _campaign(actor, request.POST.get("campaign", ""))
    deed = request.POST.get("do", "")
    try:
        messages.success(request, _done(request, actor, campaign, deed))
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    where = reverse("asset:campaign-detail", kwargs={"uid": campaign.uid})
    return redirect(f"{where}?{urlencode({'tab': '盘点人' if deed == 'counters' else '进度'})}")


def _done(request: HttpRequest, actor: Actor, campaign: Campaign, deed: str) -> str:
    match deed:
        case "start":
            held = services.start_campaign(actor, campaign=campaign)
            return f"盘点已开始，应盘 {held.expected} 件。盘点人和使用人已收到消息。"
        case "counters":
            form = CountersForm(request.POST, actor=actor)
            if not form.is_valid():
                raise DomainError(" ".join(map(str, form.errors["people"])))
            services.name_counters(actor, campaign=campaign, people=form.cleaned_data["people"])
            return "盘点人已保存。"
        case "rest":
            return f"已将未盘的 {_give_up(actor, campaign, request.POST.get('reason', '')[:200])} 件记为盘亏。"
        case "close":
            services.close_campaign(actor, campaign=campaign)
            return "盘点已结束，换了地方的资产，卡片上的存放地点已经更新。"
    raise Missing("没有这个操作。")


def _give_up(actor: Actor, campaign: Campaign, reason: str) -> int:
    """By batches, each a command of its own: what was given up stays so if a later batch is refused."""
    done = 0
    while rows := list(campaign.lines.filter(result=CountLine.Result.PENDING).order_by("pk")[:AT_ONCE]):
        done += len(services.settle_lines(actor, rows=rows, result=CountLine.Result.MISSING, reason=reason.strip()))
    return done


def _campaign(actor: Actor, text: str) -> Campaign:
    try:
        found = selectors.campaigns_managed_by(actor).filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
