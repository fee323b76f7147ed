"""Where contents lie: what every store can do, and the one the settings choose."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Protocol, cast

from django.core.files.storage import storages


class Store(Protocol):
    """Contents by the SHA-256 of their bytes. Whoever puts or removes holds the lock of the blob's row."""

    def put(self, file: IO[bytes], digest: str) -> None:
        """Keep the whole file, durably; nothing happens when it is there already."""

    def open(self, digest: str) -> IO[bytes]:
        """A real file at its start; FileNotFoundError when it is not there."""

    def has(self, digest: str) -> bool: ...

    def remove(self, digest: str) -> None:
        """Nothing happens when it is not there."""

    def known(self) -> Iterator[tuple[str, datetime]]:
        """Every content there is, with the time it came."""

    def sweep(self, before: datetime) -> int:
        """Remove what was left half-written before this moment; how much it was."""


def store() -> Store:
    return cast(Store, storages["archive"])
