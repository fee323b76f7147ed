"""Contents in a directory of this machine, or of one that several machines share."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from jishu.platform.lib.clock import ZONE

_READ_ONLY = 0o440
_OURS_ALONE = 0o700


class FileStore:
    """``<location>/sha256/ab/cd/abcd…``: each file complete from the moment it has its name."""

    def __init__(self, location: str) -> None:
        self._root = Path(location) / "sha256"
        self._incoming = Path(location) / "incoming"

    def path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest[2:4] / digest

    def put(self, file: IO[bytes], digest: str) -> None:
        place = self.path(digest)
        if place.exists():
            return
        for folder in (self._incoming, place.parent):
            folder.mkdir(mode=_OURS_ALONE, parents=True, exist_ok=True)
        file.seek(0)
        with NamedTemporaryFile(dir=self._incoming) as copy:  # gone again unless it gets its name
            shutil.copyfileobj(file, copy, 1 << 20)
            copy.flush()
            os.fchmod(copy.fileno(), _READ_ONLY)
            os.fsync(copy.fileno())
            try:
                os.link(copy.name, place)
            except FileExistsError:
                return
        _sync_folder(place.parent)

    def open(self, digest: str) -> IO[bytes]:
        return self.path(digest).open("rb")

    def has(self, digest: str) -> bool:
        return self.path(digest).exists()

    def remove(self, digest: str) -> None:
        self.path(digest).unlink(missing_ok=True)

    def known(self) -> Iterator[tuple[str, datetime]]:
        for path in self._root.glob("*/*/*"):
            yield path.name, datetime.fromtimestamp(path.stat().st_mtime, ZONE)

    def sweep(self, before: datetime) -> int:
        """Remove what a killed process left half-copied."""
        stale = [one for one in self._incoming.glob("*") if one.stat().st_mtime < before.timestamp()]
        for one in stale:
            one.unlink(missing_ok=True)
        return len(stale)


def _sync_folder(folder: Path) -> None:
    """The name itself must survive a power cut, not only what it names."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
