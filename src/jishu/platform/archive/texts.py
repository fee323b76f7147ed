"""The text of a new version: read in the worker, searched for marks, kept for search; or why that failed."""

from django.db.models import QuerySet

from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, system_actor
from jishu.platform.notify.api import tell

from .inspection import bounded
from .inspection.formats import FORMATS, Group
from .inspection.marks import mark_in
from .inspection.refusals import NotTaken
from .intake import ADD, report_incident
from .keeping import let_go
from .models import Document, Incident, Passage, Version
from .store import store

_READABLE = (Group.PDF, Group.TEXT)


def platform() -> Actor:
    """The platform reading what was brought to it."""
    return system_actor("文件检查", {ADD, "archive.view_document"})


def read(version: Version) -> None:
    """Once per version; a worker that was killed in between begins again."""
    if version.text_state != Version.Text.WAITING or version.blob_id is None:
        return
    if FORMATS[version.format].group not in _READABLE:
        finish_reading(platform(), version=version.pk, passages=[], failure="")
        return
    try:
        with store().open(version.digest) as file:
            passages = list(bounded.read_text(file, version.format))
    except NotTaken as refused:
        finish_reading(platform(), version=version.pk, passages=[], failure=refused.message)
        return
    except FileNotFoundError:
        finish_reading(platform(), version=version.pk, passages=[], failure="文件内容缺失，已告知系统管理员。")
        return
    mark = next((mark for _, text in passages if (mark := mark_in(text))), "")
    if mark:
        quarantine(platform(), version=version.pk, mark=mark)
    else:
        finish_reading(platform(), version=version.pk, passages=passages, failure="")


@command(ADD, audited_as="document.read", titled="检查文件并提取文字")
def finish_reading(actor: Actor, *, version: int, passages: list[tuple[int, str]], failure: str) -> Document:
    held, document = _claimed(actor, version)
    held.text_note = failure[:200]
    held.text_state = _outcome(passages, failure)
    held.save(update_fields=("text_note", "text_state"))
    if document.latest_id == held.pk and document.state == Document.State.CHECKING:
        document.state = Document.State.READY
        document.save(update_fields=("state",))
    if document.latest_id == held.pk and not document.is_gone:
        document.passages.exclude(number=0).delete()
        Passage.objects.bulk_create(
            Passage(document=document, number=at, page=page, title=document.title, text=text)
            for at, (page, text) in enumerate(passages, start=1)
        )
    return document


@command(ADD, audited_as="document.quarantined", titled="拦截涉密标志文件")
def quarantine(actor: Actor, *, version: int, mark: str) -> Document:
    """Its content is gone at once; what the document was before, if anything, stands again."""
    held, document = _claimed(actor, version)
    held.text_state, held.text_note = Version.Text.FAILED, "带有涉密标志，内容已清除。"
    held.save(update_fields=("text_state", "text_note"))
    let_go(held)
    document.passages.all().delete()
    before = document.versions.exclude(blob=None).order_by("-number").first()
    document.latest = before or held
    document.state = Document.State.READY if before else Document.State.QUARANTINED
    document.title = document.title if before else "（已拦截）"
    document.save(update_fields=("latest", "state", "title"))
    report_incident(actor, unit=document.unit, mark=mark, place=Incident.Place.TEXT, digest=held.digest)
    if held.uploaded_by is not None:
        tell(
            [held.uploaded_by],
            title=f"您上传的一份文件带有“{mark}”标志，已被清除",
            body="本平台是非涉密系统，禁止存储、处理国家秘密。请按保密规定处理该文件，并与本单位保密机构联系。",
        )
    return document


def _claimed(actor: Actor, version: int) -> tuple[Version, Document]:
    found = Version.objects.get(pk=version)
    document = claim(_any(), found.document)
    return Version.objects.select_related("document", "uploaded_by").get(pk=version), document


def _any() -> QuerySet[Document]:
    return Document.objects.select_related("unit")


def _outcome(passages: list[tuple[int, str]], failure: str) -> Version.Text:
    if failure:
        return Version.Text.FAILED
    return Version.Text.DONE if any(text.strip() for _, text in passages) else Version.Text.NONE
