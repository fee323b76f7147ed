"""The child process that looks into files from outside. Bounds itself first; the file is its standard input.

It answers on standard output and ends with 0, or says in JSON why the file is not taken and ends with 3.
"""

import ctypes
import json
import os
import resource
import sys
from collections.abc import Callable
from io import BytesIO
from typing import IO, Any

from .binding import bind
from .formats import FORMATS
from .limits import Limits
from .marking import stamped
from .marks import mark_in
from .packed import said_in
from .pictures import count_pages, draw
from .recognising import recognise
from .refusals import Damaged, NotTaken, TooCostly
from .texts import passages

REFUSED = 3
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def main() -> None:
    order: dict[str, Any] = json.loads(sys.argv[1])
    _bound(Limits(**order["limits"]))
    file, answer = open(0, "rb", closefd=False), open(1, "wb", closefd=False)  # noqa: SIM115 — inherited, not ours to close
    try:
        _DEEDS[order["deed"]](file, answer, order)
        answer.flush()
    except NotTaken as refused:
        _refuse(type(refused).__name__, refused.message)
    except MemoryError:
        _refuse(TooCostly.__name__, "")
    except RecursionError:
        _refuse(Damaged.__name__, "")


def _bound(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.answer_bytes, limits.answer_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # No network, where the kernel lets us give it up; and no way to ask Python for it.
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)
    sys.addaudithook(_no_way_out)


def _no_way_out(event: str, _words: tuple[Any, ...]) -> None:
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork")):
        raise PermissionError(event)


def _refuse(name: str, message: str) -> None:
    os.write(1, json.dumps({"refused": name, "message": message}).encode())
    raise SystemExit(REFUSED)


def _examine(file: IO[bytes], answer: IO[bytes], order: dict[str, Any]) -> None:
    """What it is, whether it can be opened at all, and whether its first pages bear a mark."""
    found = recognise(file, order["ending"])
    pages = count_pages(file, found)
    mark = next((mark for text in said_in(file, found) if (mark := mark_in(text))), "")
    answer.write(json.dumps({"format": found.code, "pages": pages, "mark": mark}).encode())


def _text(file: IO[bytes], answer: IO[bytes], order: dict[str, Any]) -> None:
    """One passage to a line: [page, text]."""
    for passage in passages(file, FORMATS[order["format"]]):
        answer.write(json.dumps(passage, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


def _draw(file: IO[bytes], answer: IO[bytes], order: dict[str, Any]) -> None:
    image = draw(file, FORMATS[order["format"]], order["page"], order["width"])
    held = BytesIO()
    image.save(held, "WEBP", quality=84, method=2)
    answer.write(held.getvalue())


def _stamp(file: IO[bytes], answer: IO[bytes], order: dict[str, Any]) -> None:
    answer.write(stamped(file, FORMATS[order["format"]], order["words"]))


def _bind(file: IO[bytes], answer: IO[bytes], order: dict[str, Any]) -> None:
    """The contents stand one after another in the file; the answer is a line of page counts, then the PDF."""
    contents = [file.read(part["size"]) for part in order["parts"]]
    given, paper = bind(contents, order["parts"])
    answer.write(json.dumps(given).encode() + b"\n" + paper)


_DEEDS: dict[str, Callable[[IO[bytes], IO[bytes], dict[str, Any]], None]] = {
    "examine": _examine,
    "text": _text,
    "draw": _draw,
    "stamp": _stamp,
    "bind": _bind,
}

if __name__ == "__main__":
    main()
