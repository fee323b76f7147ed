"""Contents and the rows that point to them. The lock of a blob's row orders whoever keeps and whoever removes it."""

from functools import partial

from django.db import connection, transaction
from django.db.models import Sum

from jishu.platform.identity.api import Unit
from jishu.platform.lib.clock import now
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import DomainError

from .derived import forget
from .models import Blob, Document, Usage, Version
from .store import Incoming, store

_TAKE = """
    INSERT INTO archive_blob (digest, size, state, verified_at) VALUES (%s, %s, 'whole', %s)
    ON CONFLICT (digest) DO UPDATE SET size = archive_blob.size RETURNING id
"""


class NoRoomLeft(DomainError):
    """本单位的文件存储空间已满，请移除不需要的文件，或者联系档案管理员调整限额。"""


def keep(incoming: Incoming) -> Blob:
    """The blob of these bytes, locked until commit; the file is in the store before anything points to it.

    If the transaction fails afterwards the file is an orphan, which the nightly sweep finds.
    """
    blob = _locked(incoming.digest, incoming.size)
    place = store()
    if blob.state != Blob.State.WHOLE:  # what was lost or spoilt is made whole by whoever brings it again
        place.remove(blob.digest)
        blob.state, blob.verified_at = Blob.State.WHOLE, now()
        blob.save(update_fields=("state", "verified_at"))
    place.put(incoming.file, incoming.digest)
    return blob


def take_room(unit: int, size: int) -> None:
    """Refuses what goes beyond the quota of the unit; the database itself keeps the sum."""
    Usage.objects.bulk_create([Usage(unit_id=unit)], ignore_conflicts=True)
    with explained({"usage_is_within_quota": NoRoomLeft(field="file")}):
        _add_to_usage(unit, size)


def move_room(document: Document, unit: Unit) -> None:
    """From the unit that brought it to the unit whose it becomes."""
    if document.unit_id == unit.pk:
        return
    size = document.versions.exclude(blob=None).aggregate(size=Sum("size"))["size"] or 0
    take_room(unit.pk, size)
    _add_to_usage(document.unit_id, -size)


def let_go(version: Version) -> None:
    """The version keeps its hash and loses its content; the content goes when nothing else points to it."""
    if version.blob_id is None:
        return
    _add_to_usage(version.document.unit_id, -version.size)
    transaction.on_commit(partial(erase_if_unused, version.digest))
    version.blob = None
    version.save(update_fields=("blob",))


def erase_if_unused(digest: str) -> bool:
    """Remove content nothing points to. Also for a file without a row: taking the row waits for whoever is about to
    point to it."""
    with transaction.atomic():
        blob = _locked(digest, 1)
        if blob.versions.exists():
            return False
        store().remove(digest)
        forget(digest)
        blob.delete()
        return True


def _locked(digest: str, size: int) -> Blob:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [digest, size, now()])
        return Blob.objects.get(pk=cursor.fetchone()[0])


def _add_to_usage(unit: int, size: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE archive_usage SET used = used + %s WHERE unit_id = %s", [size, unit])
