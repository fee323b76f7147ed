"""How a program shows who it is. Each door is one authentication class; the first that knows the caller lets it in."""

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from jishu.platform.identity.api import Actor, actor_of, tokens
from jishu.platform.lib.errors import DomainError


class Bearer(HttpBearer):
    """``Authorization: Bearer …``: a token of a person's own, with part of what they may do."""

    openapi_description = "在“我的账号—接口令牌”中创建的令牌。"

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        return tokens.actor_of_token(request, token)


class NoToken(DomainError):
    """改动数据的请求须带与会话相符的 X-CSRFToken。"""

    status = 403


class Session(APIKeyCookie):
    """The browser session of a page; changes need its CSRF token as forms do."""

    param_name = settings.SESSION_COOKIE_NAME
    openapi_description = "登录后的会话；改动数据的请求须带 X-CSRFToken。"

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Who it is comes first: a stranger is sent to sign in, not told of tokens."""
        if "Authorization" in request.headers or not request.user.is_authenticated:
            return None  # who shows a token means to come in by it: a wrong one is not made good by a cookie
        if request.method not in SAFE and not _has_token(request):
            raise NoToken
        return actor_of(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        return self(request)


def _has_token(request: HttpRequest) -> bool:
    """Only in the header: a token inside a form would have us read the whole body first."""
    if getattr(request, "_dont_enforce_csrf_checks", False):
        return True
    return "X-CSRFToken" in request.headers and check_csrf(request) is None


SAFE = ("GET", "HEAD", "OPTIONS")
# A token that is shown counts; without one the session does.
DOORS: tuple[AuthBase, ...] = (Bearer(), Session())
