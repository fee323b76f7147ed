"""Reading the record."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from .models import Entry


def entries_visible_to(actor: Any) -> QuerySet[Entry]:
    """All of them for whoever may read the record at all: it is not divided by unit."""
    return Entry.objects.all() if actor.may("audit.view_entry") else Entry.objects.none()


def entries_about(uid: UUID) -> QuerySet[Entry]:
    """The history of one record, newest first."""
    return Entry.objects.filter(subjects__contains=[uid])


def verbs_about(uid: UUID) -> list[str]:
    """In the order they happened."""
    return list(entries_about(uid).order_by("id").values_list("verb", flat=True))
