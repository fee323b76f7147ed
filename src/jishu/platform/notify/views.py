"""The page of one's messages."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.web.api import page, slice_of
from jishu.runtime.environment import Environment

from . import selectors, services
from .channels import open_channels
from .forms import AddressForm, PreferencesForm
from .kinds import Channel


@page("notify.read_message")
def messages(request: HttpRequest, actor: Actor) -> HttpResponse:
    """All of them, or those not read yet (?unread=1)."""
    unread_only = request.GET.get("unread") == "1"
    rows = selectors.unread_of(actor) if unread_only else selectors.messages_of(actor)
    context = {"slice": slice_of(request, rows, order=("-id",)), "unread_only": unread_only}
    return render(request, "notify/messages.html", context)


@page("notify.read_message")
def message(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    """Opening a message marks it read and goes where it leads."""
    told = get_object_or_404(selectors.messages_of(actor), uid=uid)
    if told.read_at is None:
        told = services.read_message(actor, message=uid)
    return redirect(told.link) if told.link else render(request, "notify/message.html", {"message": told})


@require_POST
@page("notify.read_message")
def read_all(request: HttpRequest, actor: Actor) -> HttpResponse:
    count = services.read_all(actor)
    flash.success(request, f"已将 {count} 条消息标为已读。" if count else "没有未读消息。")
    return redirect("notify:messages")


@require_http_methods(["GET", "HEAD", "POST"])
@page(services.SET)
def preferences(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Addresses, and what comes by which of them."""
    data = request.POST if request.method == "POST" else None
    form = PreferencesForm(
        data, channels=_open(), modes=selectors.modes_of(actor), initial={"quiet": selectors.has_quiet_hours(actor)}
    )
    if form.is_valid():
        services.set_preferences(actor, modes=form.chosen(), quiet=form.cleaned_data["quiet"])
        flash.success(request, "接收设置已保存。")
        return redirect("notify:preferences")
    return _preferences(request, actor, form)


@require_POST
@page(services.SET)
def address(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The buttons of one address: send a code there, confirm it, forget it."""
    channel = _channel(request.POST.get("channel", ""))
    match request.POST.get("do", ""):
        case "set":
            return _set(request, actor, channel)
        case "confirm":
            if services.confirm_address(actor, channel=channel, code=request.POST.get("code", "")[:12]):
                flash.success(request, f"{channel.label}已验证，以后按下面的设置发送。")
            else:
                flash.error(request, str(services.WrongCode()))
        case "remove":
            services.remove_address(actor, channel=channel)
            flash.success(request, f"已删除{channel.label}的接收地址，不再向它发送。")
        case _:
            raise Missing("没有这个操作。")
    return redirect("notify:preferences")


@require_POST
@page("notify.change_dispatch")
def again(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        dispatch = services.send_again(actor, dispatch=UUID(request.POST.get("dispatch", "")))
    except ValueError:
        raise Missing from None
    flash.success(request, "已放回队列，一分钟内重发。")
    return redirect(reverse("notify:dispatch-detail", args=[dispatch.uid]))


def _set(request: HttpRequest, actor: Actor, channel: Channel) -> HttpResponse:
    form = AddressForm(request.POST, channel=channel)
    if form.is_valid():
        value, key = form.cleaned_data["value"], form.cleaned_data.get("key", "")
        try:
            _, code = services.set_address(actor, channel=channel, value=value, key=key)
            services.send_code(channel, value, key, code)
        except DomainError as error:
            form.add_error("value", error.message)
        else:
            flash.success(request, f"验证码已发到{channel.label}，请在 15 分钟内填写。")
            return redirect("notify:preferences")
    usual = PreferencesForm(
        channels=_open(), modes=selectors.modes_of(actor), initial={"quiet": selectors.has_quiet_hours(actor)}
    )
    return _preferences(request, actor, usual, form)


def _preferences(
    request: HttpRequest, actor: Actor, form: PreferencesForm, wrong: AddressForm | None = None
) -> HttpResponse:
    known = selectors.addresses_of(actor)
    places = [
        {
            "channel": channel,
            "address": known.get(channel),
            "form": wrong if wrong and wrong.channel is channel else AddressForm(channel=channel),
        }
        for channel in _open()
    ]
    status = 422 if form.errors or wrong else 200
    context = {"form": form, "places": places, "channels": _open(), "wrong": wrong}
    return render(request, "notify/preferences.html", context, status=status)


def _open() -> list[Channel]:
    found = open_channels(Environment.read())
    return [channel for channel in Channel if channel in found]


def _channel(text: str) -> Channel:
    if text not in Channel.values:
        raise Missing
    return Channel(text)
