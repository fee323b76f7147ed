"""The policy of accounts: what holds, what held, and laying down another."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jishu.platform.account import forms
from jishu.platform.identity.api import Actor, Policy, policy
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Refused
from jishu.platform.web.api import page

SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@page("identity.view_policy")
def account_policy(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everybody who looks after safety may read it; 安全保密管理员 lay down another."""
    may_change = actor.may("identity.change_policy")
    if request.method == "POST" and not may_change:
        raise Refused
    current = policy.policy_today()
    form = forms.LayDownPolicy(request.POST or None, now=current)
    if form.is_valid() and _laid_down(actor, form):
        messages.success(request, f"新的账号安全规定自 {form.cleaned_data['since']:%Y年%-m月%-d日} 起施行。")
        return redirect("account:account_policy")
    context = {
        "form": form, "may_change": may_change, "current": current, "rows": _rows(current),
        "laid_down": Policy.objects.select_related("person")[:SHOWN], "today": today(),
    }  # fmt: skip
    return render(request, "account/policy.html", context, status=422 if form.errors else 200)


def _laid_down(actor: Actor, form: forms.LayDownPolicy) -> bool:
    try:
        policy.lay_down_policy(actor, **form.cleaned_data)
    except DomainError as error:
        form.add_error(error.field, error.message)
        return False
    return True


def _rows(current: Policy) -> list[tuple[str, int]]:
    titles = {field.name: str(field.verbose_name) for field in Policy._meta.concrete_fields}
    return [(titles[name], getattr(current, name)) for name in forms.LIMITS]
