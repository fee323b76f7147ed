"""The page of one's messages."""

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from jishu.platform.identity.api import Actor
from jishu.platform.web.api import page, slice_of

from . import selectors, services


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
