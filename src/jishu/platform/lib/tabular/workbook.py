"""Workbooks (.xlsx .xlsm .xlsb .xls .et .ods), checked for tricks before they are parsed."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from posixpath import join, normpath
from typing import IO, Any
from xml.etree import ElementTree as Xml

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from .content import Content, kind_of
from .limits import Limits
from .refusals import Damaged, EmptyFile, Encrypted, Inflated, NoSuchSheet, NotSpreadsheet

_CHUNK = 1 << 22
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_WORKBOOK_PARTS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
_PROTECTED = re.compile(rb"\x09\x08\x10\x00\x00\x06.{14}\x2f\x00", re.DOTALL)  # BIFF8: BOF, then FILEPASS
_MOST_PARTS = 10_000

# calamine answers nothing for both of these; the sheet's own XML tells. A formula whose text result is empty
# (t="str") was calculated.
_FORMULA = rb"(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)"
_ERROR = re.compile(rb'<c\b([^>]*\bt="e"[^>]*)>' + _FORMULA + rb"?<v>([^<]*)</v>")
_UNCALCULATED = re.compile(rb"<c\b([^>]*)>" + _FORMULA + rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')

Flaws = dict[int, dict[int, str]]


def read_workbook(path: Path, sheet: str | None, limits: Limits) -> Content:
    is_package = kind_of(path) == "package"
    if is_package:
        _check_package(path, limits)
    else:
        _check_compound_file(path)
    try:
        with path.open("rb") as file:
            book = CalamineWorkbook.from_object(file)
            chosen, notes = _choose(book, sheet)
    except PasswordError as error:
        raise Encrypted from error
    except CalamineError as error:
        raise Damaged from error
    is_1904, flaws = _seen_in_package(path, chosen.name) if is_package else (False, {})
    merges = [(*first, *last) for first, last in chosen.merged_cell_ranges or ()]
    return Content(
        name=chosen.name,
        rows=_rows(chosen, flaws),
        merges=[(top + 1, left, bottom + 1, right) for top, left, bottom, right in merges],
        is_1904=is_1904,
        notes=notes,
    )


def _check_package(path: Path, limits: Limits) -> None:
    """Refuse a zip bomb: by what it declares, then by what really comes out."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            if not _WORKBOOK_PARTS & {part.filename for part in parts}:
                raise NotSpreadsheet
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > limits.inflated_bytes:
                raise Inflated
            if any(part.flag_bits & 1 for part in parts) or _is_encrypted_document(package):
                raise Encrypted
            left = limits.inflated_bytes
            for part in parts:
                left -= _inflated_size(package, part, left)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise Damaged from error


def _is_encrypted_document(package: zipfile.ZipFile) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in package.namelist() and b":encryption-data" in package.read(manifest)


def _inflated_size(package: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    part.file_size = most + 2 * _CHUNK  # read past the declared end, to the real one
    size = 0
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise Inflated
    return size


def _check_compound_file(path: Path) -> None:
    content = path.read_bytes()
    if _ENCRYPTED_PACKAGE in content or _PROTECTED.search(content):
        raise Encrypted
    if not any(stream in content for stream in _WORKBOOK_STREAMS):
        raise NotSpreadsheet


def _choose(book: CalamineWorkbook, wanted: str | None) -> tuple[CalamineSheet, list[tuple[int | None, str]]]:
    if wanted is not None:
        if wanted not in book.sheet_names:
            raise NoSuchSheet(f"工作簿中没有名为“{wanted}”的工作表，现有：{'、'.join(book.sheet_names)}。")
        return book.get_sheet_by_name(wanted), []
    shown = [
        each.name
        for each in book.sheets_metadata
        if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
    ]
    filled = (sheet for sheet in map(book.get_sheet_by_name, shown) if sheet.start is not None)
    first = next(filled, None)
    if first is None:
        raise EmptyFile
    # A page of instructions (填表说明) often comes before the table; it has one column.
    chosen = first if first.width > 1 else next((sheet for sheet in filled if sheet.width > 1), first)
    others = [name for name in shown if name != chosen.name]
    notes: list[tuple[int | None, str]] = []
    if others:
        notes.append((None, f"读取的是工作表“{chosen.name}”，另有工作表{'、'.join(others)}未读取。"))
    return chosen, notes


def _rows(sheet: CalamineSheet, flaws: Flaws) -> Iterator[tuple[int, list[Any]]]:
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells: list[Any] = list(row)
        for column, shown in flaws.pop(number, {}).items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = {"flaw": shown}
        yield number, cells
    for number in sorted(flaws):  # below the last line with a value
        last = max(flaws[number])
        yield number, [{"flaw": flaws[number][at]} if at in flaws[number] else "" for at in range(last + 1)]


def _seen_in_package(path: Path, sheet: str) -> tuple[bool, Flaws]:
    """Whether dates count from 1904, and the cells of the sheet that hold no usable value."""
    with zipfile.ZipFile(path) as package:
        if "xl/workbook.xml" not in package.namelist():
            return False, {}
        book = Xml.fromstring(package.read("xl/workbook.xml"))  # noqa: S314 - bounded process, expat refuses blow-up
        properties = book.find("{*}workbookPr")
        is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        part = _part_of(package, book, sheet)
        if part not in package.namelist():
            return is_1904, {}
        with package.open(part) as stream:
            return is_1904, _flaws(stream)


def _part_of(package: zipfile.ZipFile, book: Xml.Element, sheet: str) -> str:
    related = next((each.get(_RELATION) for each in book.findall(".//{*}sheet") if each.get("name") == sheet), None)
    relations = Xml.fromstring(package.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = next((each.get("Target", "") for each in relations if each.get("Id") == related), "")
    return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


def _flaws(stream: IO[bytes]) -> Flaws:
    flaws: Flaws = {}
    rest = b""
    while chunk := stream.read(_CHUNK):
        rest += chunk
        whole = rest.rfind(b"</row>")
        if whole > 0:
            _note_flaws(rest[:whole], flaws)
            rest = rest[whole:]
    return flaws


def _note_flaws(xml: bytes, flaws: Flaws) -> None:
    if b't="e"' in xml:
        for cell in _ERROR.finditer(xml):
            _note_flaw(cell[1], cell[2].decode(), flaws)
    if b"<f" in xml:
        for cell in _UNCALCULATED.finditer(xml):
            if b't="str"' not in cell[1]:
                _note_flaw(cell[1], "公式", flaws)


def _note_flaw(attributes: bytes, shown: str, flaws: Flaws) -> None:
    if reference := _REFERENCE.search(attributes):
        column = 0
        for letter in reference[1]:
            column = column * 26 + letter - 64
        flaws.setdefault(int(reference[2]), {})[column - 1] = shown
