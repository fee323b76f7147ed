"""What hangs on the page of an entry: what changed, and the proof that it stands as it was written."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse

from .chain import GENESIS, link
from .facts import COLUMNS, facts_of
from .models import Entry
from .proving import inclusion
from .wording import told

SUBJECTS_SHOWN = 100


def changes(request: HttpRequest, actor: Any, row: Entry) -> str:
    told_of = {change["uid"] for change in row.changes}
    context = {
        "entry": row,
        "changes": [_told(change) for change in row.changes],
        "others": [uid for uid in map(str, row.subjects) if uid not in told_of][:SUBJECTS_SHOWN],
        "count": len(row.subjects),
    }
    return render_to_string("audit/_changes.html", context, request)


def proof(request: HttpRequest, actor: Any, row: Entry) -> str:
    before = Entry.objects.filter(chain=row.chain_id, seq=row.seq - 1).first()
    previous = bytes(before.hash) if before else GENESIS
    found = inclusion(row)
    context = {
        "entry": row,
        "before": before,
        "previous": previous.hex(),
        "hash": bytes(row.hash).hex(),
        "is_whole": link(previous, _facts(row)) == bytes(row.hash),
        "proof": found,
        "signed_at": datetime.fromisoformat(found.head.at) if found else None,
        "is_included": found is not None and found.proves(row),
    }
    return render_to_string("audit/_proof.html", context, request)


def _facts(row: Entry) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM audit_entry e WHERE e.id = %s", [row.pk])  # noqa: S608 — a constant
        return facts_of(cursor.fetchone())


def _told(change: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": change["label"] or change["uid"],
        "address": _address(change["kind"], change["uid"]),
        "sentences": list(told(change["fields"])),
    }


def _address(kind: str, uid: str) -> str:
    """Where the record can be looked at; empty for one that has no page."""
    app, _, name = kind.partition(".")
    try:
        return reverse(f"{app}:{name}-detail", kwargs={"uid": UUID(uid)})
    except (NoReverseMatch, ValueError):
        return ""
