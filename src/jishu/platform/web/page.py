"""How a hand-written page is opened: signed in, permitted, errors answered in one place."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from jishu.platform.identity.api import Actor, Unsettled, actor_of, settling
from jishu.platform.lib.errors import DomainError, Refused

from .errors import answer

P = ParamSpec("P")
View = Callable[..., HttpResponseBase]


def page(permission: str = "") -> Callable[[Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]], View]:
    """Guard a view ``(request, actor, …)``. No permission named: any signed-in person, who sees their own things."""

    def decorate(view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase]) -> View:
        @login_required
        @wraps(view)
        def run(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            try:
                actor = actor_of(request)
                if permission and not actor.may(permission):
                    raise Refused
                return view(request, actor, *args, **kwargs)
            except Unsettled as error:
                return _to_settle(request, error)
            except DomainError as error:
                return answer(request, error)

        run.permission = permission  # type: ignore[attr-defined]
        return run

    return decorate


def settling_page(view: Callable[..., HttpResponseBase]) -> View:
    """Guard a view ``(request, account, actor, …)`` where what is due about an account is done."""

    @login_required
    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *settling(request), *args, **kwargs)
        except DomainError as error:
            return answer(request, error)

    run.permission = ""  # type: ignore[attr-defined]
    return run


def _to_settle(request: HttpRequest, error: Unsettled) -> HttpResponseBase:
    """What is due comes first; afterwards the person is led back."""
    address = f"{reverse(f'account:{error.due.page}')}?{urlencode({'next': request.get_full_path()})}"
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def open_page(view: Callable[..., Any]) -> View:
    """Mark a view as open to strangers; the promise tests list every one of them."""
    view.permission = None  # type: ignore[attr-defined]
    return view
