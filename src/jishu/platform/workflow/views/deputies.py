"""代理 and 离职交接."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jishu.platform.identity.api import Actor, people_visible_to
from jishu.platform.lib.clock import ZONE, now
from jishu.platform.lib.errors import DomainError
from jishu.platform.web.api import NamedField, page
from jishu.platform.workflow import deputising, managing
from jishu.platform.workflow.offering import items_open_to

from . import lending


class ProxyForm(forms.Form):
    """Whole days, the last one included."""

    first = forms.DateField(label="开始日期", widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="结束日期", widget=forms.DateInput(attrs={"type": "date"}))
    items = forms.MultipleChoiceField(
        label="代理事项", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选即为全部事项。"
    )
    reason = forms.CharField(label="事由", required=False, max_length=200)

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        hint = "填写姓名或人员编号。代理期间您和代理人都能看到这些待办，先办者为准。"
        rows = people_visible_to(actor)
        self.fields["deputy"] = NamedField(rows=rows, noun="人员", label="代理人", help_text=hint)
        self.fields["items"].choices = [(one.code, one.name) for one in items_open_to(actor)]  # type: ignore[attr-defined]
        self.order_fields(("deputy", "first", "last", "items", "reason"))


class HandOverForm(forms.Form):
    reason = forms.CharField(label="交接原因", max_length=200)

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data)
        rows, hint = people_visible_to(actor), "填写姓名或人员编号。"
        self.fields["of"] = NamedField(rows=rows, noun="人员", label="移交人", help_text=hint)
        self.fields["to"] = NamedField(rows=rows, noun="人员", label="接收人", help_text=hint)
        self.order_fields(("of", "to", "reason"))


@page("workflow.act_case")
def proxies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give one's tasks to a deputy for some days, and end that early."""
    form = ProxyForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            deputising.give_proxy(
                actor, deputy=told["deputy"], start=max(_midnight(told["first"]), now()),
                end=_midnight(told["last"] + timedelta(days=1)), items=told["items"], reason=told["reason"],
            )  # fmt: skip
        except DomainError as error:
            form.add_error({"end": "last"}.get(error.field or "", error.field), error.message)
        else:
            messages.success(request, f"已设置由 {told['deputy'].name} 代理。")
            return redirect("workflow:proxies")
    context = {"form": form, "proxies": deputising.proxies_of(actor)[:50], "me": actor.person_id, "now": now()}
    context |= lending.shown(actor)
    return render(request, "workflow/proxies.html", context, status=422 if form.errors else 200)


@require_POST
@page("workflow.act_case")
def revoke_proxy(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    deputising.revoke_proxy(actor, proxy=uid)
    messages.success(request, "代理已终止。")
    return redirect("workflow:proxies")


@page("workflow.manage_case")
def hand_over(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything someone who leaves still has to do, to a successor."""
    form = HandOverForm(actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            done = managing.hand_over(actor, of=told["of"], to=told["to"], reason=told["reason"])
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"已将 {told['of'].name} 的 {done.count} 项待办移交给 {told['to'].name}。")
            for sentence in done.left:
                messages.warning(request, f"未能移交 {sentence}")
            return redirect("workflow:hand_over")
    return render(request, "workflow/hand_over.html", {"form": form}, status=422 if form.errors else 200)


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), ZONE)
