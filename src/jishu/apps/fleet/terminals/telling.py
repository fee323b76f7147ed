"""What the forms beside a terminal do."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jishu.apps.fleet.models import Terminal
from jishu.apps.fleet.selectors import terminals_managed_by
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

from . import commanding
from .commanding import COMMAND


@require_POST
@page(COMMAND)
def tell_terminal(request: HttpRequest, actor: Actor) -> HttpResponse:
    """`what` is text, interval or position."""
    terminal = _named(actor, request.POST.get("terminal", ""))
    return _done(
        request, terminal, lambda: _tell(request, actor, terminal), "已下发；终端在线时立即送达，离线时保留一天。"
    )


@require_POST
@page(COMMAND)
def withdraw_code(request: HttpRequest, actor: Actor) -> HttpResponse:
    terminal = _named(actor, request.POST.get("terminal", ""))
    return _done(
        request, terminal, lambda: commanding.withdraw(actor, terminal=terminal), "鉴权码已作废，终端须重新注册。"
    )


def _tell(request: HttpRequest, actor: Actor, terminal: Terminal) -> object:
    what, said = request.POST.get("what", ""), request.POST
    if what == "text":
        return commanding.send_text(actor, terminal=terminal, text=said.get("text", "")[: commanding.LONGEST_TEXT + 1])
    if what == "interval":
        seconds = said.get("seconds", "").strip()
        return commanding.set_interval(
            actor, terminal=terminal, seconds=int(seconds) if seconds.isdecimal() and len(seconds) < 6 else 0
        )
    if what == "position":
        return commanding.ask_position(actor, terminal=terminal)
    raise DomainError("请选择要下发的指令。")


def _done(request: HttpRequest, terminal: Terminal, deed: Callable[[], object], said: str) -> HttpResponse:
    try:
        deed()
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("fleet:terminal-detail", uid=terminal.uid)


def _named(actor: Actor, text: str) -> Terminal:
    try:
        found = terminals_managed_by(actor, COMMAND).filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
