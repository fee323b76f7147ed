"""Signing in and out, the size of the text."""

from django.conf import settings
from django.contrib import auth, messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jishu.platform.identity.api import Account, Actor, factors, policy, trail
from jishu.platform.identity.api import login as sign_in
from jishu.platform.lib.clock import now
from jishu.platform.lib.tracing import request_id
from jishu.platform.portal import forms
from jishu.platform.portal.frame import LARGE_COOKIE
from jishu.platform.web.api import open_page, page

# The same for a wrong password, an unknown account, a locked one and one that was closed.
NOT_SIGNED_IN = "账号或密码不正确，或者账号暂时被锁定。请核对后再试；多次失败请稍后再试，或联系本单位系统管理员。"
WRONG_CODE = "动态口令或恢复码不正确，或者已经用过，也可能账号暂时被锁定。请等手机上出现新的 6 位数字再输入。"
PENDING = "_half_way"
HALF_WAY = 5 * 60  # seconds between the password and the code
A_YEAR = 365 * 24 * 60 * 60


@open_page
@never_cache
@sensitive_post_parameters("password", "code")
def login(request: HttpRequest) -> HttpResponse:
    """The password first; then, for whoever has enrolled one, the code of the authenticator."""
    goal = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.user.is_authenticated:
        return redirect(goal)
    if "again" in request.GET:
        request.session.pop(PENDING, None)
    known = _half_way(request)
    step = _second if known else _first
    form = forms.SignInCode(request.POST or None) if known else forms.SignIn(request.POST or None)
    if form.is_valid() and (answer := step(request, form, goal)):
        return answer
    context = {"form": form, "next": goal, "half_way": known, "policy": policy.policy_today()}
    return render(request, "portal/login.html", context, status=422 if form.errors else 200)


def _first(request: HttpRequest, form: Form, goal: str) -> HttpResponse | None:
    account = auth.authenticate(request, **form.cleaned_data)
    if not isinstance(account, Account):
        form.add_error(None, NOT_SIGNED_IN)
        return None
    if account.factor_since is None:
        sign_in.sign_in(request, account)
        return redirect(goal)
    request.session[PENDING] = {
        "account": account.pk, "hash": account.get_session_auth_hash(), "until": now().timestamp() + HALF_WAY,
    }  # fmt: skip
    return redirect(f"{reverse('portal:login')}?{urlencode({'next': goal})}")


def _second(request: HttpRequest, form: Form, goal: str) -> HttpResponse | None:
    account = _half_way(request)
    if account is None or not factors.check_code(account, form.cleaned_data["code"], trail.whence_of(request)):
        form.add_error("code", WRONG_CODE)
        return None
    request.session.pop(PENDING, None)
    sign_in.sign_in(request, account, "动态口令")
    return redirect(goal)


def _half_way(request: HttpRequest) -> Account | None:
    """Who has shown the right password in this browser a moment ago, and not changed it since."""
    pending = request.session.get(PENDING)
    if pending is None or pending["until"] < now().timestamp():
        return None
    account = Account.objects.filter(pk=pending["account"]).first()
    if account is None or not constant_time_compare(pending["hash"], account.get_session_auth_hash()):
        return None
    return account


@open_page
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    sign_in.sign_out(request)
    messages.info(request, "您已退出登录。")
    return redirect("portal:login")


@page()
def me(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who I am here, and on a phone the whole menu."""
    return render(request, "portal/me.html")


@open_page
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """大字版 on or off, remembered in a cookie of this browser."""
    response = redirect(_safe(request, request.POST.get("next", "")))
    response.set_cookie(LARGE_COOKIE, "1" if request.POST.get("large") == "1" else "0", max_age=A_YEAR, samesite="Lax")
    return response


@open_page
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page left open while its owner signed in again elsewhere."""
    context = {
        "status": 403,
        "title": "页面已过期",
        "message": "您可能在别的窗口重新登录过。请返回上一页并刷新，再提交一次。",
        "reference": request_id.get(),
    }
    return render(request, "portal/error.html", context, status=403)


def _safe(request: HttpRequest, address: str) -> str:
    """Only addresses of our own; anything else leads home."""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else settings.LOGIN_REDIRECT_URL
