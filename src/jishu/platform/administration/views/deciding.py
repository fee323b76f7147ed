"""Granting by four eyes, ending what is held, and plans of reorganisation."""

from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jishu.platform.administration import forms, granting, reorganising, selectors
from jishu.platform.identity.api import (
    Actor,
    grants_visible_to,
    leading_visible_to,
    programs,
    relieve,
    revoke_role,
    written,
)
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.web.api import page

M = TypeVar("M", bound=Model)
DECISION_TAB, STEPS_TAB = "申请与复核", "事项与复核"
TOKENS_TAB = "权限与令牌"
GRANTS, LEADERS = "identity:grant-list", "identity:leaderscope-list"


@page(granting.PROPOSE)
def propose_grants(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Roles for one person, of a bundle or one by one; ``?person=`` says who."""
    form = forms.GrantForm(actor, request.POST if request.method == "POST" else None, initial=_for_whom(request, actor))
    if form.is_bound and form.is_valid():
        try:
            made = granting.propose_grants(
                actor, wanted=form.wanted, roles=form.chosen, reason=form.cleaned_data["reason"]
            )
        except Refused:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"已申请 {len(made)} 项授权，由另一位安全保密管理员复核后生效。")
            return redirect("administration:grantrequest-list")
    return render(request, "administration/propose.html", {"form": form}, status=422 if form.errors else 200)


def _for_whom(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    given = request.GET.get("person", "")
    if not given:
        return {}
    return {"person": written(_one(programs.grantable_by(actor, granting.PROPOSE), given))}


@require_POST
@page("identity.view_person")
def decide(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One address for the buttons of requests, grants and charges; ``do`` says which was pressed."""
    deed, key = request.POST.get("do", ""), request.POST.get("row", "")
    opinion = request.POST.get("opinion", "")[:300]
    match deed:
        case "confirm" | "refuse" | "withdraw":
            return _decide_request(request, actor, deed, key, opinion)
        case "revoke":
            grant = _one(grants_visible_to(actor), key)
            return _done(
                request, lambda: revoke_role(actor, grant=grant), "角色已收回，立即生效。", "identity:grant-list"
            )
        case "relieve":
            scope = _one(leading_visible_to(actor), key)
            said = "分管已结束，自今天起不再有效。"
            return _done(request, lambda: relieve(actor, scope=scope), said, LEADERS)
        case "drop":
            bundle = _one(selectors.bundles_visible_to(actor), key)
            said = f"岗位授权模板“{bundle.name}”已删除；已有的授权不变。"
            return _done(
                request, lambda: granting.drop_bundle(actor, bundle=bundle), said, "administration:bundle-list"
            )
        case "freeze" | "thaw":
            return _switch_program(request, actor, deed, key)
    raise Missing("没有这个操作。")


def _switch_program(request: HttpRequest, actor: Actor, deed: str, key: str) -> HttpResponse:
    row = _one(programs.services_visible_to(actor), key)
    do, said = {
        "freeze": (programs.freeze_service, "已冻结，使用它的程序从现在起不能再调用。"),
        "thaw": (programs.thaw_service, "已解冻，原有的令牌可以继续使用。"),
    }[deed]
    where = reverse("identity:serviceaccount-detail", kwargs={"uid": row.uid})
    return _done(request, lambda: do(actor, service=row), said, f"{where}?{urlencode({'tab': TOKENS_TAB})}")


def _decide_request(request: HttpRequest, actor: Actor, deed: str, key: str, opinion: str) -> HttpResponse:
    row = _one(selectors.requests_visible_to(actor), key)
    deeds = {
        "confirm": (lambda: granting.confirm(actor, request=row, opinion=opinion), "已复核通过，授权生效。"),
        "refuse": (lambda: granting.refuse(actor, request=row, opinion=opinion), "已办理为不通过。"),
        "withdraw": (lambda: granting.withdraw(actor, request=row), "已撤回。"),
    }
    where = reverse("administration:grantrequest-detail", kwargs={"uid": row.uid})
    return _done(request, *deeds[deed], f"{where}?{urlencode({'tab': DECISION_TAB})}")


@page("administration.view_reorganisation")
def plan(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?plan=…: add a step by the form; the buttons of the plan come here, too."""
    row = _one(selectors.plans_visible_to(actor), request.GET.get("plan", ""))
    where = reverse("administration:reorganisation-detail", kwargs={"uid": row.uid})
    where = f"{where}?{urlencode({'tab': STEPS_TAB})}"
    deed = request.POST.get("do", "")
    if request.method == "POST" and deed != "add":
        return _decide_plan(request, actor, row, deed, where)
    form = forms.StepForm(actor, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            reorganising.add_step(actor, plan=row, **form.cleaned_data)
        except Refused:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, "已添加。下面的预演说明了这一项会带来什么。")
            return redirect(where)
    context = {"form": form, "plan": row, "back": where}
    return render(request, "administration/step.html", context, status=422 if form.errors else 200)


def _decide_plan(request: HttpRequest, actor: Actor, row: Any, deed: str, where: str) -> HttpResponse:
    opinion, place = request.POST.get("opinion", "")[:300], request.POST.get("place", "")
    match deed:
        case "drop" if place.isdecimal():
            return _done(request, lambda: reorganising.drop_step(actor, plan=row, place=int(place)), "已去掉。", where)
        case "propose":
            said = "已提交，由安全保密管理员复核；通过后在生效日自动执行。"
            return _done(request, lambda: reorganising.propose(actor, plan=row), said, where)
        case "cancel":
            return _done(request, lambda: reorganising.cancel(actor, plan=row), "方案已取消。", where)
        case "confirm":
            said = "已通过复核，将在生效日自动执行。"
            return _done(request, lambda: reorganising.confirm(actor, plan=row, opinion=opinion), said, where)
        case "refuse":
            deny = lambda: reorganising.refuse(actor, plan=row, opinion=opinion)  # noqa: E731
            return _done(request, deny, "已办理为不通过。", where)
    raise Missing("没有这个操作。")


def _done(request: HttpRequest, do: Any, said: str, where: str) -> HttpResponse:
    try:
        do()
    except Refused:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect(where)


def _one(rows: QuerySet[M], text: str) -> M:
    try:
        found = rows.filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
