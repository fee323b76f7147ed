"""The part of 代理和委托 where roles are lent."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from jishu.platform.identity.api import Actor, Grant, delegating
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.errors import DomainError
from jishu.platform.web.api import NamedField, page
from jishu.platform.workflow import lending

SHOWN = 50
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class GrantChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, held: Grant) -> str:
        until = f"，{held.during.upper:%Y-%m-%d} 到期" if held.during.upper else ""
        return f"{held.get_role_display()}（{held.unit.short_name}{until}）"


class LendForm(forms.Form):
    """Whole days, the last one included."""

    first = forms.DateField(label="开始日期", widget=_DAY)
    last = forms.DateField(label="结束日期", widget=_DAY)
    reason = forms.CharField(label="事由", max_length=200)

    def __init__(self, actor: Actor, data: Any = None) -> None:
        super().__init__(data, prefix="lend", initial={"first": today()})
        self.fields["grant"] = GrantChoice(
            label="角色", queryset=delegating.lendable_by(actor), to_field_name="uid", empty_label=None
        )
        hint = "填写姓名或人员编号，须为本单位在岗人员。受托人在期间内可以使用这个角色，审计记录写明“代”您办理。"
        self.fields["delegate"] = NamedField(
            rows=delegating.delegates_for(actor), noun="人员", label="受托人", help_text=hint
        )
        self.order_fields(("grant", "delegate", "first", "last", "reason"))


def shown(actor: Actor) -> dict[str, Any]:
    """What the page of proxies shows besides; nothing for whoever holds no post."""
    if actor.agency is None:
        return {}
    return {
        "lend_form": LendForm(actor) if delegating.lendable_by(actor).exists() else None,
        "lendings": delegating.delegations_of(actor)[:SHOWN],
        "overseen": delegating.delegations_overseen_by(actor)[:SHOWN],
        "me": actor.person_id,
        "now": now(),
        "today": today(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@page("identity.change_own_account")
def lend_role(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = LendForm(actor, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            lent = lending.lend_role(actor, **form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, f"已委托 {lent.delegate.name} 使用“{lent.grant.get_role_display()}”。")
            return redirect("workflow:proxies")
    return render(request, "workflow/lend_role.html", {"lend_form": form}, status=422 if form.errors else 200)


@require_POST
@page("identity.change_own_account")
def end_lending(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    lending.end_lending(actor, delegation=uid)
    messages.success(request, "委托已终止，立即生效。")
    return redirect("workflow:proxies")
