"""CSV, TSV and text tables, in the encodings and with the separators that Chinese offices produce."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from .content import Content
from .refusals import Damaged, NotSpreadsheet, UnknownEncoding

_SEPARATORS = "\t,;|"
_QUOTED = re.compile(r'"[^"]*"')
_KEPT_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_GUARDED = ("'=", "'+", "'-", "'@", "'\t", "'\r")
_STRANGE = re.compile(rb"[\x00-\x08\x0e-\x1b\x7f]")  # no part of any character in UTF-8 or GB18030
_CHUNK = 1 << 20


def read_delimited(path: Path) -> Content:
    return Content(name=path.stem, rows=_rows(path, encoding_of(path)))


def encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(1 << 16)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\x00" in head:
            return _utf16_without_mark(head)
        for encoding in ("utf-8", "gb18030"):
            file.seek(0)
            if _decodes(file, encoding):
                return encoding
    raise UnknownEncoding


def _utf16_without_mark(head: bytes) -> str:
    """Separators and line ends put NULs on one side only of each pair of bytes."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if not even:
        return "utf-16-le"
    if not odd:
        return "utf-16-be"
    raise NotSpreadsheet


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            if _STRANGE.search(chunk):
                raise NotSpreadsheet
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _rows(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding, newline="") as file:
        try:
            separator = _separator_of(islice(file, 50))
            file.seek(0)
            for number, record in enumerate(csv.reader(file, delimiter=separator), 1):
                if number > 1 or not _names_separator(record, separator):
                    yield number, [_as_seen(cell) for cell in record]
        except csv.Error as error:
            raise Damaged("文件中的引号不成对或有多余的换行，无法分清各列，请用Excel打开后另存为.xlsx。") from error
        except UnicodeDecodeError as error:
            raise UnknownEncoding from error


def _separator_of(lines: Iterable[str]) -> str:
    """The separator that most lines use equally often."""
    lines = [_QUOTED.sub("", line) for line in lines if line.strip()]
    if lines and (named := re.fullmatch(r"sep=(.)\s*", lines[0])):
        return named[1]

    def evenness(separator: str) -> tuple[int, int]:
        counts = Counter(line.count(separator) for line in lines)
        counts.pop(0, None)
        return max(((alike, count) for count, alike in counts.items()), default=(0, 0))

    return max(_SEPARATORS, key=evenness) if any(evenness(each)[0] for each in _SEPARATORS) else ","


def _names_separator(record: list[str], separator: str) -> bool:
    return record in (["sep=", ""], [f"sep={separator}"])


def _as_seen(cell: str) -> str:
    """What Excel shows for ="00123" and for text our own export guarded with an apostrophe."""
    if cell.startswith(_GUARDED):
        return cell[1:]
    kept = _KEPT_AS_TEXT.fullmatch(cell)
    return kept[1].replace('""', '"') if kept else cell
