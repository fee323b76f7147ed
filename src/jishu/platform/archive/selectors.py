"""Which documents, copies and lists a person may see."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Missing

from .models import Disposal, DisposalLine, Document, Incident, Reading, Usage, Version
from .subjects import SubjectKind, subject_kind, subject_kinds

GONE = (Document.State.QUARANTINED, Document.State.REMOVED, Document.State.DESTROYED)


def with_latest() -> QuerySet[Document]:
    return Document.objects.select_related("latest", "unit", "uploaded_by")


def documents_visible_to(actor: Actor) -> QuerySet[Document]:
    """Those of the units one keeps files for; one's own; what one's unit shares; those of every subject one may see.

    A document that came through a field some steps do not see is left out here and opened by its subject only.
    """
    kept = actor.scope("archive.view_document").within("unit") & Q(filed_at__isnull=False)
    return with_latest().filter(kept | _near(actor) & ~Q(state__in=GONE))


def openable_by(actor: Actor, uid: UUID) -> Document:
    """One document with its latest version, or Missing. Includes one's own uploads that wait for their form."""
    found = documents_visible_to(actor).filter(uid=uid).first() or _waiting(actor, uid)
    if found is None:
        found = with_latest().filter(uid=uid, is_masked=True, filed_at__isnull=False).exclude(state__in=GONE).first()
        if found is None or not _unmasked(actor, found):
            raise Missing
    return found


def uploads_of(actor: Actor) -> QuerySet[Document]:
    """What this person brought and has not been done anything with, or hangs where they put it."""
    return with_latest().filter(uploaded_by=actor.person_id).exclude(state__in=GONE)


def files_of(kind: str, uid: UUID, hidden: frozenset[str] = frozenset()) -> QuerySet[Document]:
    """The files of one subject the caller has already been shown, without those of hidden fields."""
    rows = with_latest().filter(subject_kind=kind, subject_uid=uid, filed_at__isnull=False).exclude(state__in=GONE)
    return rows.exclude(place__in=hidden) if hidden else rows


def subject_of(actor: Actor, kind: str, uid: UUID) -> tuple[SubjectKind, Any]:
    """The record a file is to hang on, among those the actor may see, or Missing."""
    try:
        known = subject_kind(kind)
    except KeyError:
        raise Missing from None
    row = known.rows(actor).filter(uid=uid).first() if actor.may(known.permission) else None
    if row is None:
        raise Missing
    return known, row


def may_change(actor: Actor, document: Document) -> bool:
    """Whether this person may bring a new version, rename or remove it."""
    if document.is_gone:
        return False
    if actor.scope("archive.change_document").covers(document.unit):
        return True
    if not document.subject_kind:
        return actor.person is not None and document.uploaded_by_id == actor.person.pk
    assert document.subject_uid is not None
    try:
        known, row = subject_of(actor, document.subject_kind, document.subject_uid)
    except Missing:
        return False
    return known.may_attach(actor, row)


def versions_of(document: Document) -> QuerySet[Version]:
    return document.versions.select_related("uploaded_by", "blob").order_by("-number")


def incidents_visible_to(actor: Actor) -> QuerySet[Incident]:
    scope = actor.scope("archive.view_incident")
    return Incident.objects.select_related("person", "unit").filter(scope.within("unit"))


def readings_visible_to(actor: Actor) -> QuerySet[Reading]:
    scope = actor.scope("archive.view_reading")
    return Reading.objects.select_related("person", "document").filter(scope.within("document__unit"))


def usages_visible_to(actor: Actor) -> QuerySet[Usage]:
    return Usage.objects.select_related("unit").filter(actor.scope("archive.view_usage").within("unit"))


def disposals_visible_to(actor: Actor) -> QuerySet[Disposal]:
    rows = Disposal.objects.select_related("unit", "proposed_by", "confirmed_by")
    return rows.filter(actor.scope("archive.view_disposal").within("unit"))


def lines_of(disposal: Disposal) -> QuerySet[DisposalLine]:
    return disposal.lines.select_related("document").order_by("id")


def _near(actor: Actor) -> Q:
    """One's own, one's unit's, and through the subjects one may see."""
    if actor.person is None:
        return Q(pk__in=())
    found = Q(uploaded_by=actor.person, subject_kind="", filed_at__isnull=False)
    if actor.agency is not None:
        found |= Q(is_shared=True, subject_kind="", unit=actor.agency, filed_at__isnull=False)
    for one in subject_kinds().values():
        if actor.may(one.permission):
            seen = Exists(one.rows(actor).order_by().filter(uid=OuterRef("subject_uid")))
            found |= Q(seen, subject_kind=one.kind, is_masked=False)
    return found


def _waiting(actor: Actor, uid: UUID) -> Document | None:
    return None if actor.person is None else uploads_of(actor).filter(uid=uid, filed_at=None).first()


def _unmasked(actor: Actor, document: Document) -> bool:
    assert document.subject_uid is not None
    try:
        known, row = subject_of(actor, document.subject_kind, document.subject_uid)
    except Missing:
        return False
    return document.place not in known.hides(actor, row)
