"""How a hand-written page is opened: signed in, permitted, errors answered in one place."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from jishu.platform.identity.api import Actor, actor_of
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
            except DomainError as error:
                return answer(request, error)

        run.permission = permission  # type: ignore[attr-defined]
        return run

    return decorate


def open_page(view: Callable[..., Any]) -> View:
    """Mark a view as open to strangers; the promise tests list every one of them."""
    view.permission = None  # type: ignore[attr-defined]
    return view
