"""借用日历: what is away or promised, day by day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jishu.apps.asset.depreciation.months import after, last_day, month_of, read_month
from jishu.apps.asset.models import Loan
from jishu.apps.asset.selectors import cards_visible_to
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Missing
from jishu.platform.web.api import page

from .calendar import month_rows
from .services import ADD, loans_visible_to

MOST_THINGS, MOST_LOANS = 100, 2_000


@require_safe
@page("asset.view_loan")
def loan_calendar(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?month=2026-11, ?card=UID for one thing, ?q= for those whose name or number begins so."""
    month = read_month(asked) if (asked := request.GET.get("month", "")) else month_of(today())
    card = _card(actor, request.GET.get("card", ""))
    term = request.GET.get("q", "").strip()[:40]
    loans = _in_month(loans_visible_to(actor), month)
    if card is not None:
        loans = loans.filter(card=card)
    if term:
        loans = loans.filter(Q(card__number__startswith=term) | Q(card__name__startswith=term))
    days = [month + timedelta(days=at) for at in range(last_day(month).day)]
    rows = month_rows(loans[:MOST_LOANS], days, today())
    context: dict[str, Any] = {
        "rows": rows[:MOST_THINGS], "more": len(rows) > MOST_THINGS, "days": days, "month": month, "today": today(),
        "previous": after(month, -1), "next": after(month), "card": card, "q": term, "may_book": actor.may(ADD),
    }  # fmt: skip
    return render(request, "asset/lending/calendar.html", context)


def _in_month(loans: "QuerySet[Loan]", month: date) -> "QuerySet[Loan]":
    """Those that touch the month; what is overdue is still away."""
    still = Q(due_on__gte=month) | Q(state=Loan.State.OUT)
    touching = loans.filter(lent_on__lte=last_day(month)).exclude(state=Loan.State.CANCELLED)
    returned = Q(returned_on__gt=month) | Q(returned_on=None) & still
    return touching.filter(returned).order_by("card__number", "card_id", "lent_on")


def _card(actor: Actor, text: str) -> Any:
    if not text:
        return None
    try:
        found = cards_visible_to(actor).filter(uid=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Missing
    return found
