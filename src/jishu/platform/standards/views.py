"""Hand-written pages: comparing editions, proposing a change, deciding on one."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

from . import comparing, forms, selectors, services
from .models import Edition, Proposal

M = TypeVar("M", bound=Model)
DECISION_TAB = "变更与复核"


@page("standards.view_edition")
def compare(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Two editions of one rule, or of two rules of one family, side by side."""
    left, right = _edition(actor, request.GET.get("left", "")), _edition(actor, request.GET.get("right", ""))
    if left.rule.family != right.rule.family:
        raise Missing("这两条规则不是同一类，不能对比。")
    lines = comparing.compared(left, right)
    context = {"left": left, "right": right, "lines": lines, "count": sum(line.differs for line in lines)}
    return render(request, "standards/compare.html", context)


@page(services.PROPOSE)
def propose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One address for the three kinds of change; ``kind`` says which."""
    edition = _edition(actor, request.GET.get("edition", ""))
    kind = request.GET.get("kind", Proposal.Kind.ADJUST)
    form, ask = _asking(request, actor, edition, kind)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = ask()
        except Refused:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "已提交，下一步由规则复核员复核；复核通过后生效。")
            return redirect("standards:proposal-detail", uid=proposal.uid)
    title = dict(Proposal.Kind.choices).get(kind, Proposal.Kind.ADJUST.label)
    context = {"form": form, "edition": edition, "title": title}
    return render(request, "standards/propose.html", context, status=422 if form.errors else 200)


@require_POST
@page("standards.view_proposal")
def decide(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One address for the buttons of a proposal; ``do`` says which was pressed."""
    proposal = _proposal(actor, request.POST.get("proposal", ""))
    try:
        said = _deed(actor, proposal, request.POST.get("do", ""), request.POST.get("opinion", "")[:300])
    except Refused:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    where = reverse("standards:proposal-detail", kwargs={"uid": proposal.uid})
    return redirect(f"{where}?{urlencode({'tab': DECISION_TAB})}")


def _asking(request: HttpRequest, actor: Actor, edition: Edition, kind: str) -> tuple[Form, Callable[[], Proposal]]:
    data = request.POST if request.method == "POST" else None
    if kind in (Proposal.Kind.SWITCH_ON, Proposal.Kind.SWITCH_OFF):
        switch, on = forms.SwitchForm(data), kind == Proposal.Kind.SWITCH_ON
        return switch, lambda: services.propose_switch(actor, edition=edition, on=on, **switch.cleaned_data)
    adjust = forms.AdjustForm(data, actor=actor, edition=edition)
    return adjust, lambda: services.propose_adjustment(
        actor, edition=edition, adjustment=adjust.asked(), reason=adjust.cleaned_data["reason"]
    )


def _deed(actor: Actor, proposal: Proposal, deed: str, opinion: str) -> str:
    match deed:
        case "confirm":
            services.confirm_change(actor, proposal=proposal, opinion=opinion)
            return "已通过，变更已经生效。"
        case "refuse":
            services.refuse_change(actor, proposal=proposal, opinion=opinion)
            return "已办理为不通过，原规则不变。"
        case "withdraw":
            services.withdraw_change(actor, proposal=proposal)
            return "已撤回，原规则不变。"
    raise Missing("没有这个操作。")


def _edition(actor: Actor, text: str) -> Edition:
    return _one(selectors.editions_visible_to(actor), text)


def _proposal(actor: Actor, text: str) -> Proposal:
    return _one(selectors.proposals_visible_to(actor), text)


def _one(rows: QuerySet[M], text: str) -> M:
    try:
        found = rows.filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
