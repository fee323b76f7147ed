"""What is done with a document or a list of disposals by a button; ``do`` says which."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jishu.platform.archive import disposal, selectors, services
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

Deed = Callable[[Actor, UUID, HttpRequest], str]
LINES = 1_000


@require_POST
@page("archive.view_document")
def act(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    document = selectors.openable_by(actor, uid)
    deed = _done(request, actor, uid, _ON_A_DOCUMENT)
    return redirect("archive:document-list") if deed == "remove" else redirect(document)


@require_POST
@page("archive.view_disposal")
def decide(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    _done(request, actor, uid, _ON_A_DISPOSAL)
    return redirect("archive:disposal-detail", uid=uid)


def _done(request: HttpRequest, actor: Actor, uid: UUID, deeds: dict[str, Deed]) -> str:
    """Which deed took effect; empty when it was refused, and then the page says why."""
    deed = request.POST.get("do", "")
    if deed not in deeds:
        raise DomainError("没有这项操作，请刷新页面后重试。")
    try:
        messages.success(request, deeds[deed](actor, uid, request))
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return ""
    return deed


def _remove(actor: Actor, uid: UUID, request: HttpRequest) -> str:
    return f"已移除“{services.remove_document(actor, document=uid)}”。"


def _restore(actor: Actor, uid: UUID, request: HttpRequest) -> str:
    number = request.POST.get("version", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 6):
        raise Missing
    services.restore_version(actor, document=uid, number=int(number))
    return f"已恢复第 {number} 版，并保存为新版本。"


def _hold(actor: Actor, uid: UUID, request: HttpRequest) -> str:
    disposal.hold(actor, document=uid, reason=request.POST.get("hold_reason", ""))
    return "已暂停销毁，解除前不会列入销毁清册。"


def _release(actor: Actor, uid: UUID, request: HttpRequest) -> str:
    disposal.release(actor, document=uid)
    return "已解除暂停销毁。"


def _propose(actor: Actor, uid: UUID, request: HttpRequest) -> str:
    keep = frozenset(int(one) for one in request.POST.getlist("keep")[:LINES] if one.isdecimal() and len(one) < 18)
    done = disposal.propose(actor, disposal=uid, basis=request.POST.get("basis", ""), keep=keep)
    return f"已提交，下一步由档案销毁确认人确认销毁 {done.count} 份文件。"


def _confirm(actor: Actor, uid: UUID, request: HttpRequest) -> str:
    return f"已销毁 {disposal.confirm(actor, disposal=uid).count} 份文件，清册永久保存。"


def _refuse(actor: Actor, uid: UUID, request: HttpRequest) -> str:
    disposal.refuse(actor, disposal=uid, opinion=request.POST.get("opinion", ""))
    return "已退回，文件继续保管。"


_ON_A_DOCUMENT: dict[str, Deed] = {"remove": _remove, "restore": _restore, "hold": _hold, "release": _release}
_ON_A_DISPOSAL: dict[str, Deed] = {"propose": _propose, "confirm": _confirm, "refuse": _refuse}
