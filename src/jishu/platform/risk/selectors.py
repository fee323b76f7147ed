"""Who sees which alerts, and whose turn it is."""

from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from jishu.platform.contract import Level, Waiting
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now, today

from .models import SHOWN, Alert, Watch

VIEW, VERIFY, CLOSE = "risk.view_alert", "risk.verify_alert", "risk.close_alert"
LISTED = 20
State = Alert.State


def watches_visible_to(actor: Actor) -> QuerySet[Watch]:
    """What is watched is no secret; how often it was found, one sees for the units one looks after."""
    own = actor.scope(VIEW).within_agencies("alerts__unit")
    counts: dict[str, Any] = {
        "waiting": Count("alerts", filter=own & Q(alerts__state__in=SHOWN), distinct=True),
        "founded": Count("alerts", filter=own & Q(alerts__state__in=_FOUNDED), distinct=True),
        "unfounded": Count("alerts", filter=own & Q(alerts__state=State.UNFOUNDED), distinct=True),
    }
    return Watch.objects.filter(is_declared=True).annotate(**counts)


_FOUNDED = (State.CONFIRMED, State.REMEDIED, State.CLOSED)


def alerts_visible_to(actor: Actor) -> QuerySet[Alert]:
    """Of the units one looks after. What was only being watched has bothered nobody."""
    return _related(Alert.objects.filter(actor.scope(VIEW).within_agencies("unit"), opened_at__isnull=False))


def alerts_within(actor: Actor, permission: str) -> QuerySet[Alert]:
    return _related(Alert.objects.filter(actor.scope(permission).within_agencies("unit"), state__in=SHOWN))


def alerts_waiting_for(actor: Actor) -> QuerySet[Alert]:
    """What this person is to do: verify and put right by the role a risk names, close what others put right."""
    mine = [Q(verifier=role, unit__path__startswith=path) for role, path in actor.grants]
    todo = Q(state__in=(State.OPEN, State.CONFIRMED)) & reduce(or_, mine, Q(pk__in=()))
    to_close = Q(state=State.REMEDIED) & actor.scope(CLOSE).within_agencies("unit")
    if actor.person is not None:
        to_close &= ~Q(verified_by=actor.person) & ~Q(remedied_by=actor.person)
    return _related(Alert.objects.filter(todo | to_close)).order_by("due_at", "id")


STEPS = {State.OPEN: "核实风险提示", State.CONFIRMED: "整改", State.REMEDIED: "复核销号"}


def waiting(actor: Actor) -> list[Waiting]:
    if not actor.may(VERIFY) and not actor.may(CLOSE):
        return []
    return [
        Waiting(
            title=str(alert),
            step=STEPS[State(alert.state)],
            address=address_of(alert),
            unit=alert.unit.short_name,
            since=alert.opened_at,
            due=due_of(alert),
        )
        for alert in alerts_waiting_for(actor)[:LISTED]
    ]


def address_of(alert: Alert) -> str:
    return f"{reverse('risk:alert-detail', kwargs={'uid': alert.uid})}?tab=核实与整改"


def due_of(alert: Alert) -> datetime | None:
    """Of verifying; putting right is due on a day of its own, shown with the alert."""
    return alert.due_at if alert.state == State.OPEN else None


def overdue() -> QuerySet[Alert]:
    """Not verified, or not put right, in time, and nobody above has been told of it yet."""
    late = Q(state=State.OPEN, due_at__lt=now()) | Q(state=State.CONFIRMED, remedy_by__lt=today())
    return _related(Alert.objects.filter(late, escalated_at=None)).order_by("unit_id", "id")


def by_level(actor: Actor) -> dict[str, int]:
    """How many of each level are open in the units one looks after: red first. Empty for whom it does not concern."""
    if not actor.scope(VIEW):
        return {}
    rows = Alert.objects.filter(actor.scope(VIEW).within_agencies("unit"), state__in=SHOWN)
    found = dict(rows.order_by().values_list("level").annotate(count=Count("id")))
    return {level.value: found.get(level.value, 0) for level in Level}


def failing_watches() -> list[str]:
    """Codes of the risks the last look for which went wrong."""
    return list(Watch.objects.filter(is_declared=True).exclude(error="").values_list("code", flat=True))


def last_look() -> date | None:
    """The latest day all declared risks were looked for; None while one never was, or nothing is declared."""
    days = list(Watch.objects.filter(is_declared=True).values_list("day", flat=True))
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def _related(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    return alerts.select_related("watch", "unit", "verified_by", "remedied_by", "closed_by")
