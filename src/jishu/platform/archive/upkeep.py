"""What the platform does for its files by itself: check that they are whole, sweep up, list what has had its time."""

from datetime import timedelta
from hashlib import sha256

from django.db.models import F, QuerySet

from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, Grant, Person, people_called, system_actor
from jishu.platform.lib.clock import now, today
from jishu.platform.notify.api import tell

from .keeping import erase_if_unused, let_go
from .models import Blob, Document, Version
from .store import store

VERIFY = "archive.verify_content"
SYSTEM = "identity.system"
UNUSED_FOR = timedelta(days=7)
SETTLED = timedelta(hours=24)
AT_ONCE = 500


def platform() -> Actor:
    return system_actor("文件维护", {VERIFY})


def verify_some(count: int = AT_ONCE) -> int:
    """Hash again those not looked at for the longest time; how many are not what they were."""
    blobs = list(Blob.objects.order_by(F("verified_at").asc(nulls_first=True))[:count])
    flawed = [blob for blob in blobs if _verified(blob) and blob.state != Blob.State.WHOLE]
    if flawed:
        report_flaws(platform(), blobs=flawed)
    return len(flawed)


@command(VERIFY, audited_as="content.flawed", titled="发现文件缺失或损坏")
def report_flaws(actor: Actor, *, blobs: list[Blob]) -> None:
    names = Version.objects.filter(blob__in=blobs).values_list("file_name", flat=True)[:5]
    tell(
        _administrators(),
        title=f"文件核验发现 {len(blobs)} 份内容缺失或损坏",
        body=f"如：{'、'.join(names)}。请用备份恢复文件目录，或者请上传人重新上传同一文件，平台会自动补齐。",
    )


def sweep() -> int:
    """Uploads nobody used, contents nobody points to, half-written files; how many contents went."""
    for document in Document.objects.filter(filed_at=None, created_at__lt=now() - UNUSED_FOR).exclude(
        state__in=(Document.State.REMOVED, Document.State.QUARANTINED)
    )[:AT_ONCE]:
        drop_unused(platform(), document=document)
    before = now() - SETTLED
    store().sweep(before)
    used = set(Blob.objects.filter(versions__isnull=False).values_list("digest", flat=True))
    stale = (digest for digest, came in store().known() if came < before and digest not in used)
    gone = sum(erase_if_unused(digest) for digest in stale)
    rows = Blob.objects.filter(versions=None).values_list("digest", flat=True)[:AT_ONCE]
    return gone + sum(erase_if_unused(digest) for digest in rows)


def waiting_texts() -> QuerySet[Version]:
    """Versions whose reading was asked for and never done, such as after a worker was lost."""
    before = now() - timedelta(minutes=10)
    return Version.objects.filter(text_state=Version.Text.WAITING, created_at__lt=before).exclude(blob=None)


def over_term() -> QuerySet[Document]:
    """What may be judged for disposal: its time is over and nobody has asked to keep it."""
    return Document.objects.filter(
        state=Document.State.READY, filed_at__isnull=False, keep_until__lte=today(), hold_reason=""
    )


@command(VERIFY, audited_as="document.dropped", titled="清理未使用的上传")
def drop_unused(actor: Actor, *, document: Document) -> Document:
    """Unless somebody has filed it in the meantime."""
    held = claim(Document.objects.all(), document)
    if held.filed_at is None and not held.is_gone:
        held.state = Document.State.REMOVED
        held.save(update_fields=("state",))
        held.passages.all().delete()
        for version in held.versions.select_related("document"):
            let_go(version)
    return held


def _verified(blob: Blob) -> bool:
    """Whether it could be looked at now; its state says what was found."""
    state = _state_of(blob.digest)
    blob.state, blob.verified_at = state, now()
    return bool(Blob.objects.filter(pk=blob.pk).update(state=state, verified_at=blob.verified_at))


def _state_of(digest: str) -> Blob.State:
    found = sha256()
    try:
        with store().open(digest) as file:
            while block := file.read(1 << 20):
                found.update(block)
    except FileNotFoundError:
        return Blob.State.MISSING
    return Blob.State.WHOLE if found.hexdigest() == digest else Blob.State.CORRUPT


def _administrators() -> list[Person]:
    held = Grant.objects.filter(role=SYSTEM, during__contains=today(), revoked_at=None)
    return people_called(held.values_list("person__uid", flat=True))
