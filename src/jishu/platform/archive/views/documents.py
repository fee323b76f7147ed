"""The page of one document, and the page new ones come in by."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from jishu.platform.archive import readings, selectors, services
from jishu.platform.archive.fields import take_in
from jishu.platform.archive.forms import UploadForm
from jishu.platform.archive.inspection.formats import FORMATS, Group
from jishu.platform.archive.intake import ADD
from jishu.platform.archive.kinds import KINDS
from jishu.platform.archive.models import Document, Version
from jishu.platform.archive.panels import upload_control
from jishu.platform.archive.subjects import subject_kind
from jishu.platform.audit.api import entries_about
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.web.api import page

PAGES_SHOWN = 10
TEXTS_SHOWN = 20


def document(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> HttpResponse:
    """Preview with the reader's mark, versions, how it is kept; opening it is put down."""
    found = selectors.openable_by(actor, uid)
    may_open = is_open_to(actor, found)
    reading = readings.look(actor, found) if may_open else None
    context = {"document": found, "latest": found.latest, "reading": reading, "may_open": may_open}
    return render(request, "archive/document.html", context | _told(actor, found) | _shown(request, found, may_open))


def is_open_to(actor: Actor, document: Document) -> bool:
    """While it is being checked, only its uploader may open it."""
    own = actor.person is not None and document.uploaded_by_id == actor.person.pk
    return document.state == Document.State.READY or (document.state == Document.State.CHECKING and own)


def _told(actor: Actor, found: Document) -> dict[str, Any]:
    return {
        "kind": KINDS[found.kind],
        "versions": selectors.versions_of(found),
        "subject": _subject(actor, found),
        "may_change": selectors.may_change(actor, found),
        "may_hold": actor.scope("archive.hold_document").covers(found.unit) and found.filed_at is not None,
        "history": entries_about(found.uid).order_by("-id")[:20],
        "control": upload_control(actor),
    }


def _shown(request: HttpRequest, found: Document, may_open: bool) -> dict[str, Any]:
    latest = found.latest
    if not may_open or latest is None or latest.blob_id is None:
        return {}
    count = latest.pages
    first = min(max(1, _number(request.GET.get("page", "1"))), max(count, 1))
    group = FORMATS[latest.format].group
    return {
        "pages": range(first, min(first + PAGES_SHOWN, count + 1)),
        "count": count,
        "previous": first - PAGES_SHOWN if first > PAGES_SHOWN else 0,
        "next": first + PAGES_SHOWN if first + PAGES_SHOWN <= count else 0,
        "texts": _texts(found, latest) if group is Group.TEXT else (),
        "media": FORMATS[latest.format].media.partition("/")[0] if group is Group.MEDIA else "",
        "is_markable": readings.is_markable(latest),
    }


def _texts(found: Document, latest: Version) -> list[Any]:
    rows = found.passages.exclude(number=0).defer("search").order_by("number")
    return list(rows[:TEXTS_SHOWN]) if latest.text_state == Version.Text.DONE else []


def _subject(actor: Actor, found: Document) -> dict[str, Any] | None:
    if not found.subject_kind or found.subject_uid is None:
        return None
    try:
        known, row = selectors.subject_of(actor, found.subject_kind, found.subject_uid)
    except Missing:
        return None
    return {"title": known.title, "name": str(row), "url": _address_of(found.subject_kind, found.subject_uid, row)}


def _address_of(kind: str, uid: UUID, row: Any) -> str:
    if hasattr(row, "get_absolute_url"):
        return str(row.get_absolute_url())
    app, _, name = subject_kind(kind).kind.partition(".")
    return reverse(f"{app}:{name}-detail", args=[uid])


@page(ADD)
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Several at once; each is its own document."""
    if request.method != "POST":
        return render(request, "archive/add.html", {"form": UploadForm(actor=actor)})
    taken = take_in(request, actor, ["files"])
    form = UploadForm(taken.data, actor=actor)
    form.is_valid()
    taken.explain(form)
    if not form.errors:
        try:
            told = form.cleaned_data
            for one in told["files"]:
                services.describe(actor, document=one, kind=told["kind"], is_shared=told["is_shared"])
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"已保存 {len(told['files'])} 个文件，正在检查和提取文字。")
            return redirect("archive:document-list")
    return render(request, "archive/add.html", {"form": form}, status=422)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
