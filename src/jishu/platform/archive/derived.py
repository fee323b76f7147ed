"""Pictures drawn from contents, kept on this machine: they can be drawn again at any time."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings


def kept(digest: str, name: str, make: Callable[[], bytes]) -> bytes:
    """What was made before under this name, or what ``make`` makes now."""
    path = _folder(digest) / name
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass  # made below
    made = make()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(made)
    os.replace(file.name, path)
    return made


def forget(digest: str) -> None:
    shutil.rmtree(_folder(digest), ignore_errors=True)


def _folder(digest: str) -> Path:
    return Path(settings.ARCHIVE_DERIVED) / digest[:2] / digest
