"""The files of a record, and what hangs on the page of a list of disposals."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.identity.api import Actor

from . import selectors
from .disposal import CONFIRM, PROPOSE
from .fields import FilesField
from .models import Disposal, Document
from .services import UPLOAD_AT_ONCE
from .subjects import subject_kind

FIELD = "files"
LISTED = 200


def files_panel(
    request: HttpRequest, actor: Actor, *, kind: str, row: Any, address: str, may_attach: bool | None = None
) -> str:  # fmt: skip
    """The 文件 tab of a record the actor has already been shown. ``address`` is where people come back to."""
    known = subject_kind(kind)
    uid: UUID = row.uid
    documents = selectors.files_of(kind, uid, known.hides(actor, row)).order_by("id")[:LISTED]
    context = {
        "documents": documents,
        "may_attach": known.may_attach(actor, row) if may_attach is None else may_attach,
        "kind": kind,
        "subject": uid,
        "address": address,
        "control": upload_control(actor),
        "preparing": Document.State.CHECKING,
    }
    return render_to_string("archive/_files.html", context, request)


def upload_control(actor: Actor) -> str:
    """The bare control for one or more files, without a form around it."""
    field = FilesField(rows=selectors.uploads_of(actor), most=UPLOAD_AT_ONCE)
    return str(field.widget.render(FIELD, "", {"id": "id_files"}))


def disposal(request: HttpRequest, actor: Actor, row: Disposal) -> str:
    own = actor.person is not None and row.proposed_by_id == actor.person.pk
    context = {
        "disposal": row,
        "lines": selectors.lines_of(row),
        "is_own": own,
        "may_propose": row.state == Disposal.State.WAITING and actor.scope(PROPOSE).covers(row.unit),
        "may_confirm": row.state == Disposal.State.PROPOSED and not own and actor.scope(CONFIRM).covers(row.unit),
    }
    return render_to_string("archive/_disposal.html", context, request)
