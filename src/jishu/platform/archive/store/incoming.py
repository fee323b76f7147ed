"""Bytes on their way in: counted, hashed, and without a name until they are whole."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO

from jishu.platform.archive.inspection.refusals import Empty, TooLarge


@dataclass(frozen=True)
class Incoming:
    """A whole file that is nowhere yet; it is gone when nobody keeps it, also when we are killed."""

    file: IO[bytes]
    digest: str
    size: int


@contextmanager
def received(chunks: Iterable[bytes], largest: int) -> Iterator[Incoming]:
    """Takes no more than ``largest`` bytes. The file has no name on disk, so that nothing is left of half an upload."""
    digest, size = sha256(), 0
    with TemporaryFile() as file:
        for chunk in chunks:
            size += len(chunk)
            if size > largest:
                raise TooLarge(f"文件超过 {largest >> 20} MB 的限制，请压缩或拆分后再上传。")
            digest.update(chunk)
            file.write(chunk)
        if not size:
            raise Empty
        file.flush()
        yield Incoming(file, digest.hexdigest(), size)
