"""Where one is signed in, and the tokens programs use."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jishu.platform.account import forms
from jishu.platform.identity.api import Actor, ApiToken, login, policy, sessions, tokens, trail
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.web.api import page

from .home import own_account

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@_FORM
@page()
def devices(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every browser that is signed in; POST ends all the others."""
    account = own_account(request)
    if request.method == "POST":
        sessions.end_other_sessions(actor, keep=sessions.uid_of(request), whence=trail.whence_of(request))
        messages.success(request, "其他设备上的登录都已结束。")
        return redirect("account:devices")
    found, here = sessions.sessions_of(account), sessions.uid_of(request)
    context = {"sessions": found, "here": here, "policy": policy.policy_for(account)}
    return render(request, "account/devices.html", context)


@require_POST
@page()
def end_device(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    sessions.end_own_session(actor, uid=uid, whence=trail.whence_of(request))
    messages.success(request, "这处登录已结束。")
    return redirect("account:devices")


@_FORM
@page()
@never_cache
@sensitive_post_parameters("old")
def api_tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One's tokens; a new one is shown in answer to the POST itself and never again."""
    form = forms.MakeToken(request.POST or None, offers=tokens.permissions_offered_to(actor))
    made = _made(request, actor, form) if form.is_valid() else None
    if made is not None:
        return render(request, "account/token.html", {"secret": made[1], "token": made[0]})
    rows = [row_of(token) for token in tokens.tokens_of(actor)[: tokens.AT_MOST * 2]]
    context = {"form": form, "rows": rows, "policy": policy.policy_for(own_account(request))}
    return render(request, "account/tokens.html", context, status=422 if form.errors else 200)


@dataclass(frozen=True)
class Row:
    """A token as its owner sees it."""

    token: ApiToken
    permissions: list[str]
    state: str

    @property
    def valid(self) -> bool:
        return self.state == "有效"


def row_of(token: ApiToken) -> Row:
    titles = tokens.titles()
    state = "已吊销" if token.revoked_at else "已过期" if token.expires_at <= now() else "有效"
    return Row(token, [titles.get(one, one) for one in token.permissions], state)


def _made(request: HttpRequest, actor: Actor, form: forms.MakeToken) -> tuple[ApiToken, str] | None:
    given, whence = dict(form.cleaned_data), trail.whence_of(request)
    try:
        login.confirm_password(own_account(request), given.pop("old"), whence)
        return tokens.make_token(actor, **given, whence=whence)
    except DomainError as error:
        form.add_error(error.field, error.message)
        return None


@require_POST
@page()
def revoke_token(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    revoked = tokens.revoke_token(actor, token=uid, whence=trail.whence_of(request))
    messages.success(request, f"令牌“{revoked.name}”已吊销，使用它的程序从现在起不能再调用。")
    return redirect("account:api_tokens")
