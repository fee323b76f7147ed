"""The page counters walk through the house with, and what it talks to when there is a network."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jishu.apps.asset.counting import selectors
from jishu.apps.asset.counting.models import Campaign, CountLine, Reading, Way
from jishu.apps.asset.counting.rules import LONGEST_PLACE
from jishu.apps.asset.counting.taking import MOST_AT_ONCE, Seen, take_readings
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import ZONE, now
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.lib.text import normalise
from jishu.platform.web.api import page

LONGEST_BODY = 256 * 1024
# More than this a phone need not carry; a larger campaign is divided by department or place.
LONGEST_LIST = 20_000
SHOWN = 50


class NotReadable(DomainError):
    """送来的扫描无法识别，请刷新页面后重试；已扫的仍保存在本机。"""


class SomebodyElse(Conflict):
    """这些扫描是另一位盘点人在本机上记下的，请由本人登录后上传。"""


@require_http_methods(["GET", "HEAD", "POST"])
@page(selectors.COUNT)
def count_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Which stocktakes wait for this counter; with ``?campaign=``, the one to walk with. POST: one reading, by form."""
    if "campaign" not in request.GET:
        rows = list(selectors.campaigns_countable_by(actor)[:SHOWN])
        if len(rows) == 1:
            return redirect(f"{reverse('asset:count_page')}?campaign={rows[0].uid}")
        return render(request, "asset/counting/choose.html", {"campaigns": rows})
    campaign = _campaign(actor, request.GET["campaign"])
    place = normalise(request.POST.get("place", request.GET.get("place", "")))[:LONGEST_PLACE]
    if request.method == "POST":
        way = Way.TICK if request.POST.get("way") == Way.TICK else Way.SCAN
        seen = Seen(uuid4(), request.POST.get("code", "")[:400], way, place, now())
        taken = take_readings(actor, campaign=campaign.uid, seen=[seen])[0]
        tell = messages.success if taken.outcome == Reading.Outcome.COUNTED else messages.warning
        tell(request, f"{taken.code}：{taken.said}")
    pending = selectors.lines_to_count(campaign).filter(result=CountLine.Result.PENDING)
    here = pending.filter(place__startswith=place) if place else pending
    context = {
        "campaign": campaign,
        "progress": selectors.progress_of(campaign),
        "lines": list(here[:SHOWN]),
        "place": place,
        "more": here.count() > SHOWN,
    }
    return render(request, "asset/counting/count.html", context)


@never_cache
@require_safe
@page(selectors.COUNT)
def count_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The frozen list with its results, for the phone to keep while there is no network."""
    campaign = _campaign(actor, request.GET.get("campaign", ""))
    columns = ("number", "name", "place", "user__name", "result", "way")
    rows = selectors.lines_to_count(campaign).values_list(*columns)[: LONGEST_LIST + 1]
    lines = [list(row) for row in rows[:LONGEST_LIST]]
    told = {"campaign": str(campaign.uid), "person": str(actor.uid), "lines": lines, "expected": campaign.expected}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


@require_POST
@page(selectors.COUNT)
def count_take(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A queue of readings; each is answered, in order, whether it is new or was sent before."""
    try:
        asked = _asked(request)
        if asked.get("person") != str(actor.uid):
            raise SomebodyElse
        seen = [_seen(one) for one in asked["seen"][: MOST_AT_ONCE + 1]]
        taken = take_readings(actor, campaign=_key(asked.get("campaign")), seen=seen)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return _refused(NotReadable(str(error)[:0]))
    except DomainError as error:
        return _refused(error)
    return JsonResponse({"taken": [_told(one) for one in taken]}, json_dumps_params={"ensure_ascii": False})


@require_safe
@page(selectors.COUNT)
def count_worker(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The service worker. It stands here because it may look after nothing above its own address."""
    manifest = finders.find("dist/manifest.json")
    built = json.loads(Path(manifest).read_text()).get("counting.worker.ts") if manifest else None
    found = finders.find(f"dist/{built}") if built else None
    if found is None:
        raise Missing("前端还没有打包，暂时不能离线盘点。")
    answer = HttpResponse(Path(found).read_bytes(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _campaign(actor: Actor, text: str) -> Campaign:
    found = selectors.campaigns_countable_by(actor).filter(uid=_key(text)).first()
    if found is None:
        raise Missing("这次盘点不在“盘点中”，或者没有请您盘点。")
    return found


def _key(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Missing from None


def _asked(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > LONGEST_BODY:
        raise NotReadable("一次送来的扫描太多，请刷新页面后重试；已扫的仍保存在本机。")
    asked = json.loads(request.body)
    if not isinstance(asked, dict):
        raise NotReadable
    return asked


def _seen(one: Mapping[str, Any]) -> Seen:
    at = datetime.fromisoformat(str(one["at"])[:40])
    return Seen(
        key=UUID(str(one["key"])),
        code=str(one["code"])[:400],
        way=Way.TICK if one.get("way") == Way.TICK else Way.SCAN,
        place=normalise(str(one.get("place", "")))[:LONGEST_PLACE],
        at=at if at.tzinfo else at.replace(tzinfo=ZONE),
    )


def _told(one: Reading) -> dict[str, Any]:
    is_fine = one.outcome == Reading.Outcome.COUNTED and one.line is not None and not one.line.conflict
    return {"key": str(one.key), "code": one.code, "outcome": one.outcome, "said": one.said, "fine": is_fine}


def _refused(error: DomainError) -> JsonResponse:
    told = {"error": error.message, "code": error.code}
    return JsonResponse(told, status=error.status, json_dumps_params={"ensure_ascii": False})
