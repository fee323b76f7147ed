"""What a file really is, whatever its name says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from .refusals import EmptyFile, NotSpreadsheet, WebPage
from .sheet import Merge

_ZIP = b"PK\x03\x04"
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WEB_PAGE = re.compile(r"<(?:!doctype html|html|head|meta|table|body|style)\b", re.IGNORECASE)
_NOT_TEXT = re.compile(rb"%PDF|\x89PNG|\xff\xd8\xff|GIF8|Rar!|7z\xbc\xaf|\x1f\x8b|\{\\rtf|MZ|\x7fELF")


@dataclass
class Content:
    """One worksheet on its way out of the child process."""

    name: str
    rows: Iterator[tuple[int, list[Any]]]
    merges: list[Merge] = field(default_factory=list)
    is_1904: bool = False
    notes: list[tuple[int | None, str]] = field(default_factory=list)


def kind_of(path: Path) -> Literal["package", "compound file", "text"]:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise EmptyFile
    if head.startswith(_ZIP):
        return "package"
    if head.startswith(_COMPOUND_FILE):
        return "compound file"
    if _NOT_TEXT.match(head):
        raise NotSpreadsheet
    # UTF-16 head or not, markup is ASCII: without the NULs it reads the same.
    start = head.replace(b"\x00", b"").decode("latin-1").lstrip("ï»¿ÿþ \t\r\n")
    if _WEB_PAGE.match(start) or "urn:schemas-microsoft-com:office:spreadsheet" in start:
        raise WebPage
    if start.startswith("<"):
        raise NotSpreadsheet
    return "text"
