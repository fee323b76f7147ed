"""Hand-written pages: what could not be delivered, the secret of a subscription, its switch, a parked handler."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page, slice_of

from . import selectors, services
from .models import Delivery, Subscription
from .trying import ping

PUSHING_TAB, ATTEMPTS_TAB, PARKED_TAB = "推送与密钥", "投递经过", "处理"


@require_http_methods(["GET", "HEAD", "POST"])
@page("exchange.view_delivery")
def dead(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything given up by the program; POST sends the chosen ones again, or gives them up for good."""
    error = ""
    if request.method == "POST":
        error, done = _decided(request, actor)
        if not error:
            return done
    rows = selectors.dead_deliveries(actor)
    context = {
        "slice": slice_of(request, rows, order=("-id",)),
        "titles": selectors.type_titles(),
        "may_change": actor.may(services.CHANGE_DELIVERY),
        "error": error,
        "reason": request.POST.get("reason", ""),
        "chosen": request.POST.getlist("delivery"),
    }
    return render(request, "exchange/dead.html", context, status=422 if error else 200)


def _decided(request: HttpRequest, actor: Actor) -> tuple[str, HttpResponse]:
    back = redirect("exchange:dead")
    one = request.POST.get("one", "")
    if one:
        address = reverse("exchange:delivery-detail", kwargs={"uid": _key(one)})
        back = redirect(f"{address}?{urlencode({'tab': ATTEMPTS_TAB})}")
    chosen = [_key(text) for text in (one and [one]) or request.POST.getlist("delivery")]
    try:
        if request.POST.get("do") == "discard":
            done = services.discard(actor, deliveries=chosen, reason=request.POST.get("reason", ""))
            messages.success(request, f"已放弃 {len(done)} 条投递，理由已记录。")
        else:
            done = services.replay(actor, deliveries=chosen)
            messages.success(request, f"已将 {len(done)} 条放回队列，{_next(done)}")
    except (Refused, Missing):
        raise
    except DomainError as refused:
        if one:
            messages.error(request, refused.message)
            return "", back
        return refused.message, back
    return "", back


def _next(done: list[Delivery]) -> str:
    halted = [one.subscription.name for one in done if one.subscription.state != Subscription.State.ON]
    if halted:
        return f"{halted[0]}的推送没有启用，恢复推送后投递。"
    return "几秒内按序号投递。"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page(services.CHANGE)
def secret(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Says what a new secret means; POST makes one and shows it, this once."""
    subscription = _subscription(actor, request.POST.get("subscription") or request.GET.get("subscription", ""))
    context = {"subscription": subscription, "tab": PUSHING_TAB}
    if request.method == "POST":
        subscription, context["secret"] = services.renew_secret(actor, subscription=subscription.uid)
    return render(request, "exchange/secret.html", context)


@require_POST
@page(services.CHANGE)
def switch(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The buttons of a subscription: on, off, test."""
    subscription = _subscription(actor, request.POST.get("subscription", ""))
    try:
        match request.POST.get("do", ""):
            case "on":
                services.switch_on(actor, subscription=subscription.uid)
                messages.success(request, "推送已启用，新发生的事件会在几秒内送出。")
            case "off":
                services.switch_off(actor, subscription=subscription.uid)
                messages.success(request, "推送已停用。停用期间发生的事件不再补推。")
            case "test":
                tried = ping(actor, subscription.uid)
                said = f"{tried.sentence} {tried.answer[:200]}".strip()
                (messages.success if tried.arrived else messages.error)(request, said)
            case _:
                raise Missing("没有这个操作。")
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    address = reverse("exchange:subscription-detail", kwargs={"uid": subscription.uid})
    return redirect(f"{address}?{urlencode({'tab': PUSHING_TAB})}")


@require_POST
@page(services.CHANGE_READER)
def retry(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Set a parked handler going again, with its event or, for a reason, without it."""
    reader = _key(request.POST.get("reader", ""))
    try:
        if request.POST.get("do") == "skip":
            event, reason = _key(request.POST.get("event", "")), request.POST.get("reason", "")
            services.skip_event(actor, reader=reader, event=event, reason=reason)
            messages.success(request, "已跳过该事件，理由已记入审计记录，其后的事件继续处理。")
        else:
            services.retry_reader(actor, reader=reader)
            messages.success(request, "已恢复，几秒内重新处理该事件。")
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    address = reverse("exchange:reader-detail", kwargs={"uid": reader})
    return redirect(f"{address}?{urlencode({'tab': PARKED_TAB})}")


def _subscription(actor: Actor, text: str) -> Subscription:
    found = selectors.subscriptions_changed_by(actor).filter(uid=_key(text)).first()
    if found is None:
        raise Missing
    return found


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
