"""A copy of every signed head outside the database: whoever winds the database back is told on by this file."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from .heads import SignedHead
from .keys import place

_LINE_AT_MOST = 1024  # bytes; one head takes some three hundred


def kept() -> Iterator[SignedHead]:
    """In the order they were signed, without a last line that a crash cut off: `keep` writes it again."""
    path = _path()
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield SignedHead.from_json(json.loads(line))


def last_size() -> int:
    """That of the newest head in the file; read from its end, for the file grows for years."""
    path = _path()
    if not path.exists():
        return 0
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2 * _LINE_AT_MOST))
        *whole, _cut = file.read().split(b"\n")
    return SignedHead.from_json(json.loads(whole[-1])).size if whole and whole[-1] else 0


def keep(heads: Iterable[SignedHead]) -> None:
    """Add those that are newer than the file, and flush them to the disk."""
    path = _path()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # the worker and `jishu audit seal` may both be here
        known = last_size()
        file.seek(_end_of_whole_lines(path))
        for head in heads:
            if head.size > known:
                file.write(f"{json.dumps(head.to_json(), sort_keys=True)}\n".encode())
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _end_of_whole_lines(path: Path) -> int:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _LINE_AT_MOST))
        cut = file.read().rpartition(b"\n")[2]
    return size - len(cut)


def _path() -> Path:
    return place() / "heads.jsonl"
