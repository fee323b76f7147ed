"""The text of a file, passage by passage: for search, for reading, and to find 密级 marks."""

import re
from collections.abc import Callable, Iterator
from typing import IO
from xml.etree.ElementTree import Element

import pypdfium2 as pdfium
from python_calamine import CalamineError, CalamineWorkbook

from .formats import Format
from .package import Package
from .recognising import decoded
from .refusals import Damaged, Locked

Passage = tuple[int, str]
"""The page, sheet or slide it stands on, from 1; 0 for headers and footers."""

PAGES = 1_000
PASSAGE = 8_000
CHARACTERS = 4_000_000
_ROWS = 50_000
_WIDE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef★☆A-Za-z0-9 ,.:;()\\-]{4,}")
_NUMBER = re.compile(r"\d+")


def passages(file: IO[bytes], format_: Format, pages: int = PAGES) -> Iterator[Passage]:
    """At most ``pages`` pages and CHARACTERS characters, in passages of at most PASSAGE."""
    left = CHARACTERS
    for page, text in _READERS.get(format_.code, _nothing)(file, min(pages, PAGES)):
        plain = "\n".join(line for raw in text.splitlines() if (line := raw.strip()))[:left]
        left -= len(plain)
        for at in range(0, len(plain), PASSAGE):
            yield page, plain[at : at + PASSAGE]
        if left <= 0:
            return


def _nothing(file: IO[bytes], pages: int) -> Iterator[Passage]:
    return iter(())


def _of_pdf(file: IO[bytes], pages: int) -> Iterator[Passage]:
    with open_pdf(file) as document:
        for at in range(min(pages, len(document))):
            page = document[at]
            text = page.get_textpage()
            yield at + 1, text.get_text_bounded()
            text.close()
            page.close()


def open_pdf(file: IO[bytes]) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        raise (Locked if "password" in str(error).lower() else Damaged) from error


def _of_text(file: IO[bytes], pages: int) -> Iterator[Passage]:
    file.seek(0)
    yield 1, decoded(file.read()) or ""


def _of_word(file: IO[bytes], pages: int) -> Iterator[Passage]:
    package = Package(file)
    for name in sorted(package.names()):
        if re.fullmatch(r"word/(header|footer|footnotes|comments)\d*\.xml", name):
            yield 0, _paragraphs(package.elements(name), "p", "t")
    yield 1, _paragraphs(package.elements("word/document.xml"), "p", "t")


def _of_slides(file: IO[bytes], pages: int) -> Iterator[Passage]:
    package = Package(file)
    for at, name in enumerate(_numbered(package, r"ppt/slides/slide\d+\.xml")[:pages], start=1):
        yield at, _paragraphs(package.elements(name), "p", "t")


def _of_open_document(file: IO[bytes], pages: int) -> Iterator[Passage]:
    package = Package(file)
    yield 0, _all_text(package, "styles.xml")
    yield 1, _all_text(package, "content.xml")


def _of_ofd(file: IO[bytes], pages: int) -> Iterator[Passage]:
    """Templates first: that is where a mark at the head of every page stands. Lines are TextCode elements."""
    package = Package(file)
    for name in sorted(package.names()):
        if re.search(r"/tpls?/.*\.xml$|/template.*\.xml$", name):
            yield 0, _texts(package.elements(name), "TextCode", "\n")
    for at, name in enumerate(
        _numbered(package, r".*/pages?/.*content\.xml|.*/pages?/page[^/]*\.xml")[:pages], start=1
    ):
        yield at, _texts(package.elements(name), "TextCode", "\n")


def _of_sheets(file: IO[bytes], pages: int) -> Iterator[Passage]:
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        for at, name in enumerate(book.sheet_names[:pages], start=1):
            lines = [name]
            for row in book.get_sheet_by_name(name).iter_rows():
                cells = [_cell(cell) for cell in row if cell not in ("", None)]
                if cells:
                    lines.append(" ".join(cells))
                if len(lines) > _ROWS:
                    break
            yield at, "\n".join(lines)
    except CalamineError as error:
        raise Damaged from error


def _cell(value: object) -> str:
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def _of_new_sheets(file: IO[bytes], pages: int) -> Iterator[Passage]:
    """Headers of printed sheets are not cells; a mark may stand there."""
    package = Package(file)
    for name in _numbered(package, r"xl/worksheets/sheet\d+\.xml")[:pages]:
        told = [element.text or "" for tag, element in package.elements(name) if tag.endswith(("Header", "Footer"))]
        if told:
            yield 0, "\n".join(re.sub(r'&(?:[LCRPNDTAFZG]|"[^"]*"|\d+)', " ", one) for one in told)
    yield from _of_sheets(file, pages)


def _of_old_office(file: IO[bytes], pages: int) -> Iterator[Passage]:
    """Without a reader for the old formats, what can be told from their bytes: runs of UTF-16 text."""
    file.seek(0)
    content = file.read()
    found: list[str] = []
    for shift in (0, 1):
        found += _WIDE.findall(content[shift:].decode("utf-16-le", "replace"))
    yield 1, "\n".join(found)


def _paragraphs(elements: Iterator[tuple[str, Element]], paragraph: str, run: str) -> str:
    said: list[str] = []
    for tag, element in elements:
        if tag == run:
            said.append(element.text or "")
        elif tag in (paragraph, "br"):
            said.append("\n")
        elif tag == "tab":
            said.append(" ")
    return "".join(said)


def _texts(elements: Iterator[tuple[str, Element]], wanted: str, between: str) -> str:
    return between.join(element.text or "" for tag, element in elements if tag == wanted)


def _all_text(package: Package, name: str) -> str:
    return "\n".join("".join(element.itertext()) for tag, element in package.elements(name) if tag in ("p", "h"))


def _numbered(package: Package, pattern: str) -> list[str]:
    """Parts whose names fit, in the order of their numbers: slide2 before slide10."""
    found = [name for name in package.names() if re.fullmatch(pattern, name)]
    return sorted(found, key=lambda name: ([int(one) for one in _NUMBER.findall(name)], name))


_READERS: dict[str, Callable[[IO[bytes], int], Iterator[Passage]]] = {
    "pdf": _of_pdf,
    "ofd": _of_ofd,
    "docx": _of_word,
    "pptx": _of_slides,
    "xlsx": _of_new_sheets,
    "odt": _of_open_document,
    "odp": _of_open_document,
    "ods": _of_sheets,
    "xls": _of_sheets,
    "doc": _of_old_office,
    "ppt": _of_old_office,
    "txt": _of_text,
    "csv": _of_text,
    "svg": _of_text,
    "html": _of_text,
    "dxf": _of_text,
}
