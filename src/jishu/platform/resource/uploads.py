"""Uploaded ledgers, kept under the hash of their content: the same file twice is one file."""

from hashlib import sha256
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from jishu.platform.lib.tabular.limits import Limits
from jishu.platform.lib.tabular.refusals import FileTooLarge

LARGEST = Limits().file_bytes


def keep(uploaded: UploadedFile) -> str:
    """The name under which the file is kept from now on; its ending stays, for the reader to go by."""
    if (uploaded.size or 0) > LARGEST:
        raise FileTooLarge(f"文件超过 {LARGEST // 1048576} MB,请拆分后分别导入。", field="file")
    digest = sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    ending = "".join(one for one in Path(uploaded.name or "").suffix.lower()[:8] if one.isalnum() or one == ".")
    name = f"uploads/{digest.hexdigest()[:2]}/{digest.hexdigest()}{ending}"
    uploaded.seek(0)
    return name if default_storage.exists(name) else default_storage.save(name, uploaded)


def path_of(name: str) -> Path:
    return Path(default_storage.path(name))
