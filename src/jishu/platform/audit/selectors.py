"""Reading the record."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from .models import Entry, Head


def entries_visible_to(actor: Any) -> QuerySet[Entry]:
    """All of them for whoever may read the record at all: it is not divided by unit."""
    return Entry.objects.all() if actor.may("audit.view_entry") else Entry.objects.none()


def heads_visible_to(actor: Any) -> QuerySet[Head]:
    return Head.objects.all() if actor.may("audit.view_head") else Head.objects.none()


def entries_about(uid: UUID) -> QuerySet[Entry]:
    """What was done to one record, newest first."""
    return Entry.objects.filter(kind=Entry.Kind.DEED, subjects__contains=[uid])


def readings_of(uid: UUID) -> QuerySet[Entry]:
    """Who read the personal data of one person, newest first."""
    return Entry.objects.filter(kind=Entry.Kind.READ, subjects__contains=[uid])


def verbs_about(uid: UUID) -> list[str]:
    """In the order they happened."""
    return list(entries_about(uid).order_by("id").values_list("verb", flat=True))
