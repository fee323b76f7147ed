"""Asking for a change of guarded fields, and deciding it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from jishu.apps.asset import selectors
from jishu.apps.asset.models import Card
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

from . import services
from .forms import CorrectionForm
from .panels import TAB


@require_http_methods(["GET", "HEAD", "POST"])
@page(services.ASK)
def correction_ask(request: HttpRequest, actor: Actor) -> HttpResponse:
    """``card`` says of which; nothing typed is lost when it is refused."""
    card = _card(actor, request.POST.get("card") or request.GET.get("card", ""))
    form = CorrectionForm(request.POST if request.method == "POST" else None, card=card)
    if form.is_bound and form.is_valid():
        try:
            made = services.ask(actor, card=card, **form.cleaned_data)
        except (Refused, Missing):
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "变更申请已提出，由另一人复核后生效；在此之前卡片不变。")
            return redirect("asset:correction-detail", uid=made.uid)
    context = {"form": form, "card": card}
    return render(request, "asset/corrections/ask.html", context, status=422 if form.errors else 200)


@require_POST
@page(services.VIEW)
def correction_settle(request: HttpRequest, actor: Actor) -> HttpResponse:
    """do=agree or refuse by another person, do=withdraw by who asked."""
    key, do = _key(request.POST.get("correction", "")), request.POST.get("do", "")
    opinion = request.POST.get("opinion", "").strip()[:300]
    try:
        if do == "withdraw":
            services.withdraw(actor, correction=key)
            told = "申请已撤回，卡片没有变动。"
        else:
            services.decide(actor, correction=key, agrees=do == "agree", opinion=opinion)
            told = "已同意，卡片和折旧已按申请变更。" if do == "agree" else "已退回申请，卡片没有变动。"
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return redirect(f"{reverse('asset:correction-detail', args=[key])}?{urlencode({'tab': TAB})}")


def _card(actor: Actor, text: str) -> Card:
    cards = selectors.cards_managed_by(actor, services.ASK).select_related("unit", "category")
    found = cards.filter(uid=_key(text)).first()
    if found is None:
        raise Missing
    return found


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
