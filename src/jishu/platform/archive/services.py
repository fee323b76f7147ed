"""Keeping documents: new ones, new versions, what they hang on, and their going."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from procrastinate.contrib.django import app

from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import ZONE, now, today
from jishu.platform.lib.errors import Conflict, DomainError, Missing, Refused

from . import selectors
from .intake import ADD, Checked, checked
from .keeping import keep, let_go, move_room, take_room
from .kinds import FOR_A_CASE, KINDS, OTHER, kept_until
from .models import Blob, Document, Passage, Version

READ_TEXT = "archive.read_text"
CHANGE = "archive.change_document"
UPLOAD_AT_ONCE = 20


class Elsewhere(Conflict):
    """该文件已用于另一事项，请重新上传。"""


class NotYours(Refused):
    """您不能修改该文件。如确需修改，请联系档案管理员。"""


class AlreadyTheSame(DomainError):
    """所选文件与现在的版本内容相同，不需要更新。"""


class OnHold(Conflict):
    """该文件已被暂停销毁，解除前不能移除。"""


class NothingToRestore(Conflict):
    """该版本的内容已不存在，不能恢复。"""


def store_document(
    actor: Actor, *, chunks: Iterable[bytes], name: str, kind: str = OTHER, title: str = "", shared: bool = False,
    file_now: bool = True,
) -> Document:  # fmt: skip
    """Take a file in, check it, keep it. ``file_now=False``: an upload that waits for the form it belongs to."""
    with checked(actor, chunks, name) as whole:
        return keep_document(actor, whole=whole, kind=kind, title=title, shared=shared, file_now=file_now)


def store_version(actor: Actor, *, document: UUID, chunks: Iterable[bytes], name: str) -> Document:
    """A newer version of a document; the older ones stay."""
    if not selectors.may_change(actor, selectors.openable_by(actor, document)):
        raise NotYours
    with checked(actor, chunks, name) as whole:
        return keep_version(actor, document=document, whole=whole)


@command(ADD, audited_as="document.stored", titled="上传文件")
def keep_document(
    actor: Actor, *, whole: Checked, kind: str, title: str, shared: bool, file_now: bool
) -> Document:  # fmt: skip
    if kind not in KINDS:
        raise DomainError("没有这个门类，请重新选择。", field="kind")
    document = Document.objects.create(
        title=(title.strip() or whole.name)[:140], kind=kind, unit=actor.own_agency, uploaded_by=actor.person,
        is_shared=shared,
    )  # fmt: skip
    if file_now:
        _file(document)
    _add_version(actor, document, whole)
    return document


@command(ADD, audited_as="document.versioned", titled="上传文件新版本")
def keep_version(actor: Actor, *, document: UUID, whole: Checked) -> Document:
    held = _changeable(actor, document)
    if held.latest is not None and held.latest.digest == whole.incoming.digest:
        raise AlreadyTheSame(field="file")
    _add_version(actor, held, whole)
    return held


@command(ADD, audited_as="document.restored", titled="恢复文件旧版本")
def restore_version(actor: Actor, *, document: UUID, number: int) -> Document:
    """The old content becomes a new version; nothing in between is lost."""
    held = _changeable(actor, document)
    old = held.versions.filter(number=number).exclude(blob=None).first()
    if old is None or old.blob is None:
        raise NothingToRestore
    take_room(held.unit_id, old.size)
    _become(held, _same_content(old, f"恢复自第 {number} 版", actor))
    return held


@command(ADD, audited_as="document.versioned", titled="上传文件新版本")
def use_as_version(actor: Actor, *, document: UUID, upload: UUID) -> Document:
    """The same with a file that was uploaded before the form was sent; the waiting upload is used up."""
    held = _changeable(actor, document)
    waiting = claim(selectors.uploads_of(actor).filter(filed_at=None), upload)
    brought = waiting.latest
    if brought is None or brought.blob is None:
        raise Missing
    if held.latest is not None and held.latest.digest == brought.digest:
        raise AlreadyTheSame(field="file")
    take_room(held.unit_id, brought.size)
    _become(held, _same_content(brought, brought.note, actor))
    waiting.state = Document.State.REMOVED
    waiting.save(update_fields=("state",))
    let_go(brought)
    return held


@command(ADD, audited_as="document.filed", titled="文件归入")
def attach(
    actor: Actor, *, documents: Sequence[UUID], kind: str, subject: UUID, place: str = "", masked: bool = False
) -> list[Document]:
    """Hang one's own uploads on a subject. The caller has shown it to the actor and has checked that they may."""
    known, row = selectors.subject_of(actor, kind, subject)
    unit = known.unit_of(row) or actor.own_agency
    filed = []
    for uid in documents:
        document = claim(selectors.uploads_of(actor), uid)
        if document.subject_kind and (document.subject_kind, document.subject_uid) != (kind, subject):
            raise Elsewhere
        if not document.filed_at:
            move_room(document, unit)
            document.subject_kind, document.subject_uid, document.place = kind, subject, place
            document.unit, document.is_masked = unit, masked
            document.kind = FOR_A_CASE if kind == "workflow.case" and document.kind == OTHER else document.kind
            _file(document)
            document.save()
        filed.append(document)
    return filed


@command(ADD, audited_as="document.attached", titled="添加文件")
def attach_to(actor: Actor, *, documents: Sequence[UUID], kind: str, subject: UUID) -> list[Document]:
    """The same from the 文件 panel, for whoever may maintain the subject."""
    known, row = selectors.subject_of(actor, kind, subject)
    if not known.may_attach(actor, row):
        raise Refused
    return attach(actor, documents=documents, kind=kind, subject=subject)


@command(ADD, audited_as="document.described", titled="修改文件信息")
def describe(
    actor: Actor, *, document: Document, title: str = "", kind: str = "", is_shared: bool = False
) -> Document:  # fmt: skip
    """An empty title or kind leaves what was there."""
    held = _changeable(actor, document.uid)
    held.title = title.strip()[:140] or held.title
    held.kind = kind or held.kind
    held.is_shared = is_shared and not held.subject_kind
    held.filed_at = held.filed_at or now()
    held.keep_until = kept_until(held.kind, held.filed_at.astimezone(ZONE).date())
    held.save()
    Passage.objects.filter(document=held).update(title=held.title)
    return held


@command(ADD, audited_as="document.removed", titled="移除文件")
def remove_document(actor: Actor, *, document: UUID) -> Document:
    """Out of sight for everyone but the keeper of files; an upload nobody used goes at once."""
    held = _changeable(actor, document)
    if held.hold_reason:
        raise OnHold
    held.state = Document.State.REMOVED
    held.save(update_fields=("state",))
    held.passages.all().delete()
    if held.filed_at is None:
        for version in held.versions.all():
            let_go(version)
    return held


def _file(document: Document) -> None:
    document.filed_at = now()
    document.keep_until = kept_until(document.kind, today())


def _changeable(actor: Actor, uid: UUID) -> Document:
    document = selectors.openable_by(actor, uid)
    if not selectors.may_change(actor, document):
        raise NotYours
    held = Document.objects.select_for_update(of=("self",)).select_related("latest", "unit").get(pk=document.pk)
    if held.is_gone:
        raise Missing
    touched(held)
    return held


def _add_version(actor: Actor, document: Document, whole: Checked) -> None:
    take_room(document.unit_id, whole.incoming.size)
    _become(
        document,
        Version(
            blob=keep(whole.incoming), digest=whole.incoming.digest, size=whole.incoming.size, file_name=whole.name,
            format=whole.format.code, pages=whole.pages, note=whole.note, uploaded_by=actor.person,
        ),
    )  # fmt: skip


def _same_content(of: Version, note: str, actor: Actor) -> Version:
    assert of.blob is not None
    Blob.objects.select_for_update().get(pk=of.blob.pk)
    return Version(
        blob=of.blob, digest=of.digest, size=of.size, file_name=of.file_name, format=of.format, pages=of.pages,
        note=note, uploaded_by=actor.person,
    )  # fmt: skip


def _become(document: Document, version: Version) -> None:
    """Make it the latest; the worker reads its text before anybody else may see it."""
    version.document = document
    version.number = document.latest.number + 1 if document.latest else 1
    version.save()
    document.latest, document.state = version, Document.State.CHECKING
    document.save()
    document.passages.all().delete()
    Passage.objects.create(document=document, number=0, title=document.title)
    # By name: the task stands above this module.
    app.configure_task(name=READ_TEXT).defer(version=version.pk)
