"""系统对接账号 one answers for: what they may do, and the tokens of their programs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jishu.platform.account import forms
from jishu.platform.identity.api import Actor, ApiToken, ServiceAccount, login, policy, programs, tokens, trail
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.web.api import page

from .access import row_of
from .home import own_account


@page()
def programs_of_mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "account/programs.html", {"services": programs.services_answered_for(actor)})


@require_http_methods(["GET", "HEAD", "POST"])
@page()
@never_cache
@sensitive_post_parameters("old")
def program_tokens(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    """A new token is shown in answer to the POST itself and never again."""
    service = _one(actor, uid)
    form = forms.MakeToken(request.POST or None, offers=programs.may_be_used_for(service))
    made = _made(request, actor, service, form) if form.is_valid() else None
    if made is not None:
        context = {"secret": made[1], "token": made[0], "service": service}
        return render(request, "account/token.html", context)
    rows = [row_of(token) for token in programs.tokens_of_service(service)[: tokens.AT_MOST * 2]]
    context = {
        "service": service, "form": form, "rows": rows, "policy": policy.policy_for(own_account(request)),
        "roles": programs.roles_of(service),
    }  # fmt: skip
    return render(request, "account/program.html", context, status=422 if form.errors else 200)


@require_POST
@page()
def revoke_program_token(request: HttpRequest, actor: Actor, uid: UUID, token: UUID) -> HttpResponse:
    service = _one(actor, uid)
    held = programs.tokens_of_service(service).filter(uid=token).first()
    if held is None:
        raise Missing
    programs.revoke_service_token(actor, service=service, token=held)
    messages.success(request, f"令牌“{held.name}”已吊销，使用它的程序从现在起不能再调用。")
    return redirect("account:program_tokens", uid=uid)


def _one(actor: Actor, uid: UUID) -> ServiceAccount:
    found = programs.services_answered_for(actor).filter(uid=uid).first()
    if found is None:
        raise Missing
    return found


def _made(
    request: HttpRequest, actor: Actor, service: ServiceAccount, form: forms.MakeToken
) -> tuple[ApiToken, str] | None:
    given = dict(form.cleaned_data)
    try:
        login.confirm_password(own_account(request), given.pop("old"), trail.whence_of(request))
        _, token, secret = programs.make_service_token(actor, service=service, **given)
    except DomainError as error:
        form.add_error(error.field, error.message)
        return None
    return token, secret
