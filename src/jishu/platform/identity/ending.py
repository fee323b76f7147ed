"""Ending what is held for a time: posts, duties, charges. What has not begun is taken back."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from jishu.platform.command import touched
from jishu.platform.lib.clock import now, today

from .models import Appointment, Delegation, Grant, LeaderScope, Person


def end_appointments(appointments: QuerySet[Appointment], on: date) -> None:
    for held in appointments.filter(during__overlap=DateRange(on, None)).select_related("unit"):
        touched(held)
        _shorten(held, on)


def end_leading(which: Q, on: date) -> None:
    for held in (
        LeaderScope.objects.filter(which).filter(during__overlap=DateRange(on, None)).select_related("leader", "unit")
    ):
        touched(held)
        _shorten(held, on)


def end_grants(grants: QuerySet[Grant], on: date) -> None:
    """From that day; those that should begin later, or end today, are revoked."""
    for held in (
        grants.filter(revoked_at=None).filter(during__overlap=DateRange(on, None)).select_related("person", "unit")
    ):
        touched(held)
        lower = held.during.lower
        if on <= today() or lower >= on:
            held.revoked_at = now()
        else:
            held.during = DateRange(lower, on)
        held.save(update_fields=("during", "revoked_at"))


def end_lending_by(person: Person, on: date) -> None:
    """What a leaver had lent, and what was lent to them."""
    mine = Q(person=person) | Q(delegate=person)
    for held in Delegation.objects.filter(mine, revoked_at=None, during__endswith__gt=on).select_related("person"):
        touched(held)
        held.revoked_at = now()
        held.save(update_fields=("revoked_at",))


def _shorten(held: Appointment | LeaderScope, on: date) -> None:
    if held.during.lower < on:
        held.during = DateRange(held.during.lower, on)
        held.save(update_fields=("during",))
    else:
        held.delete()
