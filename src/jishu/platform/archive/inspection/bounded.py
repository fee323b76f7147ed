"""Look into a file without trusting it: in a child process with bounds on time, memory, output and company."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from . import refusals
from .limits import A_COPY, AT_ONCE, IN_THE_WORKER, TOGETHER, Limits

_REFUSED = 3
# Ended by a signal: killed by us or by its own limit of time, or by what it could not get.
_STOPPED_BY: dict[int, type[refusals.NotTaken]] = {
    -9: refusals.TooSlow,
    -24: refusals.TooSlow,
    -25: refusals.TooCostly,
    -6: refusals.TooCostly,
}


@dataclass(frozen=True)
class Examined:
    """``format``: the code of a Format; ``mark``: the degree of a 密级 mark on the first pages, or empty."""

    format: str
    pages: int
    mark: str


def examine(file: IO[bytes], ending: str, limits: Limits = AT_ONCE) -> Examined:
    with _asked(file, {"deed": "examine", "ending": ending}, limits) as answer:
        return Examined(**json.loads(answer.read()))


def read_text(file: IO[bytes], format_: str, limits: Limits = IN_THE_WORKER) -> Iterator[tuple[int, str]]:
    """The passages of a file: page, text."""
    with _asked(file, {"deed": "text", "format": format_}, limits) as answer:
        for line in answer:
            page, text = json.loads(line)
            yield int(page), str(text)


def draw_page(file: IO[bytes], format_: str, page: int, width: int, limits: Limits = AT_ONCE) -> bytes:
    """A WebP picture of one page."""
    with _asked(file, {"deed": "draw", "format": format_, "page": page, "width": width}, limits) as answer:
        return answer.read()


def stamp(file: IO[bytes], format_: str, words: list[str], limits: Limits = A_COPY) -> IO[bytes]:
    """A copy of the whole file that bears the words on every page."""
    return _asked(file, {"deed": "stamp", "format": format_, "words": words}, limits)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of several that become one PDF; at most ``pages`` of it, with ``label`` in their corner."""

    content: bytes
    format: str
    pages: int
    label: str = ""


def bind(parts: Sequence[Part], limits: Limits = TOGETHER) -> tuple[list[int], bytes]:
    """How many pages each part gave, none when it could not be opened; and the PDF, empty without any page."""
    with TemporaryFile() as file:
        for part in parts:
            file.write(part.content)
        file.flush()
        told = [
            {"size": len(one.content), "format": one.format, "pages": one.pages, "label": one.label} for one in parts
        ]
        with _asked(file, {"deed": "bind", "parts": told}, limits) as answer:
            return json.loads(answer.readline()), answer.read()


def _asked(file: IO[bytes], order: dict[str, Any], limits: Limits) -> IO[bytes]:
    """The child's answer as an open file, from its start; what it refused is raised."""
    file.seek(0)
    answer: IO[bytes] = TemporaryFile()  # noqa: SIM115 — handed to the caller
    try:
        _run(file, answer, order | {"limits": asdict(limits)}, limits.wall_seconds)
    except BaseException:
        answer.close()
        raise
    answer.seek(0)
    return answer


def _run(file: IO[bytes], answer: IO[bytes], order: dict[str, Any], seconds: float) -> None:
    words = [sys.executable, "-P", "-m", "jishu.platform.archive.inspection.child", json.dumps(order)]
    try:
        code = subprocess.run(
            words, stdin=file.fileno(), stdout=answer.fileno(), stderr=subprocess.DEVNULL, timeout=seconds, check=False
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise refusals.TooSlow from error
    if code == _REFUSED:
        answer.seek(0)
        said = json.loads(answer.read())
        raise refusals.BY_NAME[said["refused"]](said["message"])
    if code != 0:
        raise _STOPPED_BY.get(code, refusals.Damaged)
