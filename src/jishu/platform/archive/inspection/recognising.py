"""What a file really is, whatever its name says: decided by its first bytes, then by what lies in the container."""

import re
import struct
from typing import IO
from zipfile import BadZipFile, ZipFile

from .formats import FORMATS, PROGRAMS, Format, Group
from .refusals import Damaged, Empty, Inflated, Locked, Program, TwoInOne, UnknownFormat

_HEAD = 8192
_TAIL = 66_000  # the end record of a ZIP and the longest comment it may carry
_MOST_ENTRIES = 10_000
_MOST_DIRECTORY = 8 << 20
_UNFOLDED, _TIMES = 64 << 20, 100  # what real papers unfold to: so many bytes in all, or so many times their size

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"BM", "bmp"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"AC10", "dwg"),
)
_PROGRAM = re.compile(
    rb"MZ|\x7fELF|#!|\xca\xfe\xba\xbe|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|L\x00\x00\x00\x01\x14\x02\x00"
)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ZIP_END = b"PK\x05\x06"
_STREAMS = (
    ("EncryptedPackage", "locked"), ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)  # fmt: skip
_MARKUP = re.compile(r"<(?:!doctype\s+html|html|head|body|script|meta|table|style|iframe)\b", re.IGNORECASE)
_DRAWING = re.compile(r"\s*0\s*\r?\n\s*SECTION\s*\r?\n")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def recognise(file: IO[bytes], ending: str) -> Format:
    """The format of an open file. ``ending`` (of its name) only tells apart what looks the same inside."""
    if ending in PROGRAMS:
        raise Program
    head, tail = _ends(file)
    if not head.strip(b"\x00\t\r\n "):
        raise Empty
    if _PROGRAM.match(head):
        raise Program
    found = FORMATS[_by_magic(head) or _by_container(file, head) or _as_text(head, ending)]
    if found.group in (Group.IMAGE, Group.PDF, Group.MEDIA) and _hides_a_zip(tail, found):
        raise TwoInOne
    return found


def _ends(file: IO[bytes]) -> tuple[bytes, bytes]:
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0, 2)
    file.seek(max(0, file.tell() - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    return head, tail


def _by_magic(head: bytes) -> str:
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return "mp4"
    return next((code for magic, code in _MAGIC if head.startswith(magic)), "")


def _by_container(file: IO[bytes], head: bytes) -> str:
    if head.startswith(_COMPOUND):
        return _in_compound(file)
    if head.startswith(_ZIP):
        return _in_package(file)
    return ""


def _in_compound(file: IO[bytes]) -> str:
    """By the names of the streams; the directory may stand anywhere, in sectors of 512 bytes."""
    file.seek(0)
    before = b""
    found: set[str] = set()
    while block := file.read(1 << 20):
        seen = before + block
        found |= {code for name, code in _STREAMS if (name + "\0").encode("utf-16-le") in seen}
        before = block[-128:]
    if "locked" in found:
        raise Locked
    if not found:
        raise UnknownFormat
    return next(code for _, code in _STREAMS if code in found)


def _in_package(file: IO[bytes]) -> str:
    names = set(names_in_package(file))
    if "OFD.xml" in names:
        return "ofd"
    if {"META-INF/MANIFEST.MF", "AndroidManifest.xml", "classes.dex"} & names:
        raise Program
    for folder, code in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return code
    return _open_document(file) if "mimetype" in names and "content.xml" in names else "zip"


def _open_document(file: IO[bytes]) -> str:
    with ZipFile(file) as package, package.open("mimetype") as told:
        kind = told.read(100).decode("ascii", "replace")
    return {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}.get(kind.rpartition(".")[2].strip(), "zip")


def names_in_package(file: IO[bytes]) -> list[str]:
    """The entries of a ZIP; refused before its directory is read when that alone would be a burden."""
    _check_directory(file)
    try:
        with ZipFile(file) as package:
            entries = package.infolist()
    except (BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise Damaged from error
    if any(one.flag_bits & 1 for one in entries):
        raise Locked
    if sum(one.file_size for one in entries) > max(_UNFOLDED, _length(file) * _TIMES):
        raise Inflated
    if any(one.filename.rpartition(".")[2].lower() in PROGRAMS for one in entries if "." in one.filename):
        raise Program("压缩包里有程序或脚本文件，平台不接收可以运行的文件，请去掉后再上传。")
    return [one.filename for one in entries]


def _length(file: IO[bytes]) -> int:
    at = file.tell()
    length = file.seek(0, 2)
    file.seek(at)
    return length


def _check_directory(file: IO[bytes]) -> None:
    tail = _ends(file)[1]
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) < at + 22:
        raise Damaged
    entries, length = struct.unpack_from("<HI", tail, at + 10)
    if entries > _MOST_ENTRIES or length > _MOST_DIRECTORY:
        raise Inflated


def _hides_a_zip(tail: bytes, found: Format) -> bool:
    """A ZIP that ends where the file ends: what looks like a picture is opened by others as an archive."""
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) < at + 22:
        return False
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    closed = found.code == "pdf" and b"%%EOF" in tail[at:]  # an attachment inside the PDF is its own affair
    return not closed and at + 22 + comment <= len(tail)


def _as_text(head: bytes, ending: str) -> str:
    text = decoded(head, partial=True)
    if text is None or _CONTROL.search(text):
        raise UnknownFormat
    start = text.lstrip("\ufeff \t\r\n")
    if re.match(r"<(\?xml|!--|!doctype svg|svg)", start, re.IGNORECASE) and re.search(r"<svg\b", start, re.IGNORECASE):
        return "svg"
    if _MARKUP.search(start[:1024]):
        return "html"
    if _DRAWING.match(start):
        return "dxf"
    return "csv" if ending in FORMATS["csv"].endings else "txt"


def decoded(data: bytes, *, partial: bool = False) -> str | None:
    """Text as offices write it: UTF-8, UTF-16 with its mark, else GB18030; None when it is none of them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[: len(data) // 2 * 2].decode("utf-16", "ignore")
    for coding in ("utf-8-sig", "gb18030"):
        for cut in range(4 if partial else 1):  # the last character may have been cut in two
            try:
                return data[: len(data) - cut].decode(coding)
            except UnicodeDecodeError:
                continue
    return None
