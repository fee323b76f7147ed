"""Signing in and out, one's own password, the size of the text."""

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from jishu.platform.identity.api import Account, Actor, change_password
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.tracing import request_id
from jishu.platform.portal import forms
from jishu.platform.portal.frame import LARGE_COOKIE
from jishu.platform.web.api import open_page, page

# The same for a wrong password, an unknown account, a locked one and one that was closed.
NOT_SIGNED_IN = "账号或密码不正确,或者账号暂时被锁定。请核对后再试;多次失败请 15 分钟后再试,或联系本单位系统管理员。"
A_YEAR = 365 * 24 * 60 * 60


@open_page
@never_cache
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    goal = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.user.is_authenticated:
        return redirect(goal)
    form = forms.SignIn(request.POST or None)
    if form.is_valid():
        account = auth.authenticate(request, **form.cleaned_data)
        if account is not None:
            auth.login(request, account)  # gives the session a new key
            return redirect(goal)
        form.add_error(None, NOT_SIGNED_IN)
    return render(request, "portal/login.html", {"form": form, "next": goal}, status=422 if form.errors else 200)


@open_page
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    messages.info(request, "您已退出登录。")
    return redirect("portal:login")


@page("identity.change_own_password")
@sensitive_post_parameters("old", "new", "again")
def password(request: HttpRequest, actor: Actor) -> HttpResponse:
    account = request.user
    assert isinstance(account, Account)  # the door let nobody else in
    form = forms.ChangePassword(account, request.POST or None)
    if form.is_valid() and _changed(actor, form):
        account.refresh_from_db()
        auth.update_session_auth_hash(request, account)
        messages.success(request, "密码已修改,下次登录请使用新密码。其他设备上的登录已经失效。")
        return redirect("portal:me")
    return render(request, "portal/password.html", {"form": form}, status=422 if form.errors else 200)


def _changed(actor: Actor, form: forms.ChangePassword) -> bool:
    try:
        change_password(actor, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
    except DomainError as error:
        form.add_error(error.field, error.message)
        return False
    return True


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
        "message": "您可能在别的窗口重新登录过。请返回上一页并刷新,再提交一次。",
        "reference": request_id.get(),
    }
    return render(request, "portal/error.html", context, status=403)


def _safe(request: HttpRequest, address: str) -> str:
    """Only addresses of our own; anything else leads home."""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else settings.LOGIN_REDIRECT_URL
