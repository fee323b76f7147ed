"""The password and the second factor: also where an account is brought into order before it may do anything."""

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jishu.platform.account import forms
from jishu.platform.identity.api import (
    Account,
    Actor,
    due_of,
    factors,
    login,
    passwords,
    policy,
    sessions,
    trail,
)
from jishu.platform.lib.errors import DomainError
from jishu.platform.web.api import page, settling_page

from .home import own_account

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@_FORM
@settling_page
@never_cache
@sensitive_post_parameters("old", "new", "again")
def password(request: HttpRequest, account: Account, actor: Actor) -> HttpResponse:
    """The rules are told before anybody errs."""
    form = forms.ChangePassword(request.POST or None)
    if form.is_valid() and _changed(request, actor, form):
        account.refresh_from_db()
        update_session_auth_hash(request, account)  # gives the session a new key, too
        messages.success(request, "密码已修改，下次登录请使用新密码。其他设备上的登录已经结束。")
        return redirect(_onwards(request))
    context = {"form": form, "rules": passwords.rules_of(policy.policy_for(account))}
    return _rendered(request, "account/password.html", context, account, actor)


def _changed(request: HttpRequest, actor: Actor, form: forms.ChangePassword) -> bool:
    try:
        passwords.change_password(
            actor, old=form.cleaned_data["old"], new=form.cleaned_data["new"], whence=trail.whence_of(request),
            keep=sessions.uid_of(request),
        )  # fmt: skip
    except DomainError as error:
        form.add_error(error.field, error.message)
        return False
    return True


@_FORM
@settling_page
@never_cache
@sensitive_post_parameters("old", "code")
def factor(request: HttpRequest, account: Account, actor: Actor) -> HttpResponse:
    """Enrol an authenticator: scan, type its code and the password, keep the recovery codes."""
    if request.method == "POST" and "begin" in request.POST:
        factors.offer_factor(actor)
        return redirect(request.get_full_path())
    key = factors.pending_key(actor)
    if not key and account.factor_since is None:
        factors.offer_factor(actor)
        key = factors.pending_key(actor)
    form = forms.ConfirmFactor(request.POST or None)
    if form.is_valid() and (codes := _confirmed(request, account, actor, form)):
        return _codes(request, codes)
    context = {"form": form, "account": account, "key": key, "administers": actor.administers}
    if key:
        context |= {"picture": _picture(factors.address_of(key, account)), "spelt": _in_fours(key)}
    if account.factor_since:
        context["codes_left"] = factors.codes_left(account)
    return _rendered(request, "account/factor.html", context, account, actor)


def _confirmed(request: HttpRequest, account: Account, actor: Actor, form: forms.ConfirmFactor) -> list[str]:
    whence = trail.whence_of(request)
    try:
        login.confirm_password(account, form.cleaned_data["old"], whence)
        _, codes = factors.confirm_factor(
            actor, code=form.cleaned_data["code"], whence=whence, keep=sessions.uid_of(request)
        )
    except DomainError as error:
        form.add_error(error.field, error.message)
        return []
    request.session.cycle_key()
    return codes


@require_POST
@page()
@never_cache
@sensitive_post_parameters("code")
def recovery_codes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ten new ones; the old ones are void."""
    if not _proved(request):
        return redirect("account:factor")
    _, codes = factors.renew_codes(actor, whence=trail.whence_of(request))
    return _codes(request, codes)


@require_POST
@page()
@sensitive_post_parameters("code")
def give_up(request: HttpRequest, actor: Actor) -> HttpResponse:
    if _proved(request):
        factors.give_up_factor(actor, whence=trail.whence_of(request))
        request.session.cycle_key()
        messages.success(request, "动态口令已停用，以后登录只需要密码。")
    return redirect("account:factor")


def _proved(request: HttpRequest) -> bool:
    form = forms.ProveFactor(request.POST)
    account = own_account(request)
    right = form.is_valid() and factors.check_code(account, form.cleaned_data["code"], trail.whence_of(request))
    if not right:
        messages.error(request, factors.WrongCode().message)
    return right


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Shown in answer to the POST itself and nowhere kept: they cannot be called up again."""
    return render(request, "account/codes.html", {"codes": codes, "onwards": _onwards(request)})


def _rendered(
    request: HttpRequest, template: str, context: dict[str, object], account: Account, actor: Actor
) -> HttpResponse:
    """Without the menu while something is due: nothing in it would open."""
    due = due_of(account, actor)
    layout = "portal/bare.html" if due else "portal/page.html"
    form = context["form"]
    status = 422 if isinstance(form, BaseForm) and form.errors else 200
    return render(request, template, context | {"due": due, "layout": layout}, status=status)


def _onwards(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("account:safety")


def _picture(address: str) -> str:
    return segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True, svgclass="qr", lineclass=None)


def _in_fours(key: str) -> str:
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))
