"""What the 照片 tab of a card sends."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from jishu.apps.asset import selectors
from jishu.apps.asset.models import Card
from jishu.platform.archive.api import keys_in, take_in
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

from . import services
from .panels import TAB

FIELD = "files"


@require_POST
@page(services.CHANGE)
def card_photo(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Photos that came along or were sent before; or ``main``, the one that stands for the thing."""
    card = _card(actor, request.POST.get("card", ""))
    try:
        told = _choose(request, actor, card) if request.POST.get("main") else _add(request, actor, card)
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return redirect(f"{reverse('asset:card-detail', args=[card.uid])}?{urlencode({'tab': TAB})}")


def _choose(request: HttpRequest, actor: Actor, card: Card) -> str:
    services.choose_photo(actor, card=card, document=_key(request.POST["main"]))
    return "已设为主照片，台账和卡片上显示这一张。"


def _add(request: HttpRequest, actor: Actor, card: Card) -> str:
    taken = take_in(request, actor, [FIELD])
    for sentence in taken.problems.get(FIELD, ()):
        messages.error(request, sentence)
    documents = keys_in(taken.data.get(FIELD, ""))
    if not documents:
        raise DomainError("请先拍照或选择图片，再点“添加照片”。")
    services.add_photos(actor, card=card, documents=documents)
    return f"已添加 {len(documents)} 张照片。"


def _card(actor: Actor, text: str) -> Card:
    found = selectors.cards_managed_by(actor, services.CHANGE).filter(uid=_key(text)).first()
    if found is None:
        raise Missing
    return found


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
