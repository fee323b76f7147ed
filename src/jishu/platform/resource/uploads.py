"""Uploaded ledgers, kept under the hash of their content: the same file twice is one file."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from jishu.platform.lib.clock import now
from jishu.platform.lib.tabular.limits import Limits
from jishu.platform.lib.tabular.refusals import FileTooLarge

from .models import ImportJob

KEPT_DAYS = 30
WORKING = (ImportJob.State.READING, ImportJob.State.PREVIEW, ImportJob.State.STORING, ImportJob.State.UNDOING)
LARGEST = Limits().file_bytes


def keep(uploaded: UploadedFile) -> str:
    """The name under which the file is kept from now on; its ending stays, for the reader to go by."""
    if (uploaded.size or 0) > LARGEST:
        raise FileTooLarge(f"文件超过 {LARGEST // 1048576} MB，请拆分后分别导入。", field="file")
    digest = sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    ending = "".join(one for one in Path(uploaded.name or "").suffix.lower()[:8] if one.isalnum() or one == ".")
    name = f"uploads/{digest.hexdigest()[:2]}/{digest.hexdigest()}{ending}"
    uploaded.seek(0)
    return name if default_storage.exists(name) else default_storage.save(name, uploaded)


def sweep() -> int:
    """Forget the files of imports that ended long ago, unless a younger import has the same; how many."""
    past = now() - timedelta(days=KEPT_DAYS)
    ended = ImportJob.objects.exclude(file="").filter(ended_at__lt=past).exclude(state__in=WORKING)
    gone = 0
    for name in set(ended.values_list("file", flat=True)):
        ended.filter(file=name).update(file="")
        if not ImportJob.objects.filter(file=name).exists():
            default_storage.delete(name)
            gone += 1
    return gone


def path_of(name: str) -> Path:
    return Path(default_storage.path(name))
