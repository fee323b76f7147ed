"""The overview of one's account, and the history of what happened to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jishu.platform.identity.api import (
    Account,
    Actor,
    factors,
    password_expires_in,
    programs,
    security_events_of,
    sessions,
    tokens,
)
from jishu.platform.web.api import page, slice_of

RECENT = 5


@require_safe
@page()
def safety(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How safe the account is, and what to do about it."""
    account = own_account(request)
    context = {
        "account": account,
        "days_left": password_expires_in(account, actor),
        "codes_left": factors.codes_left(account) if account.factor_since else 0,
        "administers": actor.administers,
        "session_count": sessions.sessions_of(account).count(),
        "token_count": tokens.valid_tokens_of(account).count(),
        "answers_for": programs.services_answered_for(actor).count(),
        "events": security_events_of(actor)[:RECENT],
    }
    return render(request, "account/safety.html", context)


@require_safe
@page()
def events(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Sign-ins and everything else that happened to the account, newest first."""
    shown = slice_of(request, security_events_of(actor), order=("-id",))
    return render(request, "account/events.html", {"slice": shown})


def own_account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)  # the door let nobody else in
    return account
