"""The page where labels are printed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jishu.apps.asset.models import Card
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

from . import printing, selectors, services
from .sizes import Size, sizes

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@page(selectors.PRINT)
def labels_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits, and in which size. POST prints, clears, or adds a ``card`` or all that came of an ``acceptance``."""
    error = ""
    if request.method == "POST":
        try:
            return _done(request, actor)
        except (Refused, Missing):
            raise
        except DomainError as refused:
            error = refused.message
    queue = selectors.queue_of(actor)
    context: dict[str, Any] = {
        "orders": list(queue[:SHOWN]),
        "count": queue.count(),
        "sizes": list(sizes().values()),
        "chosen": request.POST.get("size", request.session.get("label_size", "")),
        "most": services.MOST_AT_ONCE,
        "error": error,
    }
    return render(request, "asset/labels/print.html", context, status=422 if error else 200)


def _done(request: HttpRequest, actor: Actor) -> HttpResponse:
    match request.POST.get("do", ""):
        case "add":
            cards = _cards(actor, request.POST)
            services.queue_labels(actor, rows=cards)
            told = str(cards[0]) if len(cards) == 1 else f"{len(cards)} 件资产"
            messages.success(request, f"{told} 已加入标签打印。")
        case "clear":
            services.clear_queue(actor)
            messages.success(request, "待打印的标签已清空。")
        case "print":
            return _printed(request, actor, _size(request))
        case _:
            raise Missing("没有这个操作。")
    return redirect(request.path)


def _printed(request: HttpRequest, actor: Actor, size: Size) -> HttpResponse:
    """If no PDF comes about, the labels stay in the queue."""
    skip = request.POST.get("skip", "0")
    if not skip.isdecimal() or int(skip) >= size.per_page:
        raise DomainError(f"已用掉的枚数应是 0 到 {size.per_page - 1} 的整数。")
    with transaction.atomic():
        orders = services.print_labels(actor, size=size)
        cards = Card.objects.filter(pk__in=[order.card_id for order in orders]).select_related("unit", "keeper")
        made = printing.paper(cards.order_by("unit", "place", "number"), size, skip=int(skip))
    request.session["label_size"] = size.code
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="labels.pdf"'
    return answer


def _size(request: HttpRequest) -> Size:
    found = sizes().get(request.POST.get("size", ""))
    if found is None:
        raise DomainError("请选择标签规格。")
    return found


def _cards(actor: Actor, given: QueryDict) -> list[Card]:
    name = "line__acceptance__uid" if "acceptance" in given else "uid"
    try:
        key = UUID(given.get("acceptance", given.get("card", "")))
    except ValueError:
        raise Missing from None
    found = list(selectors.cards_to_label(actor).filter(**{name: key}).order_by("id"))
    if not found:
        raise Missing
    return found
