"""Several files as one PDF: whole pages one after another, each saying in its corner what it belongs to."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image, ImageDraw, ImageFont

from .formats import FORMATS, Group
from .marking import chinese_font
from .pictures import draw
from .refusals import NotTaken
from .texts import open_pdf

_A4 = (595, 842)
_MARGIN = 36
_ACROSS = 1_600  # pixels of a picture on paper
_HIGH, _INSET = 16, 6


def bind(contents: Sequence[bytes], parts: Sequence[dict[str, Any]]) -> tuple[list[int], bytes]:
    """How many pages each part gave, and the PDF. A part that cannot be opened gives none; the others stay.

    A part: ``format``, ``pages`` (at most so many), ``label`` (empty: none).
    """
    whole, given = pdfium.PdfDocument.new(), []
    for content, part in zip(contents, parts, strict=True):
        before = len(whole)
        try:
            _add(whole, content, part)
        except (NotTaken, pdfium.PdfiumError, OSError, ValueError):
            for at in reversed(range(before, len(whole))):
                del whole[at]
        given.append(len(whole) - before)
    held = BytesIO()
    if len(whole):
        whole.save(held)
    whole.close()
    return given, held.getvalue()


def _add(whole: pdfium.PdfDocument, content: bytes, part: dict[str, Any]) -> None:
    before, format_ = len(whole), FORMATS[part["format"]]
    if format_.group is Group.PDF:
        with open_pdf(BytesIO(content)) as document:
            pages = range(min(len(document), part["pages"]))
            for page in pages:
                _settle(document, page)
            whole.import_pages(document, list(pages))
    else:
        for page in range(part["pages"]):
            _place(whole, draw(BytesIO(content), format_, page + 1, _ACROSS))
    if part["label"]:
        for at in range(before, len(whole)):
            _label(whole, at, f"{part['label']} {at - before + 1}/{len(whole) - before}")


def _settle(document: pdfium.PdfDocument, at: int) -> None:
    """What was filled in becomes part of the page; buttons, links and whatever acts by itself stay behind."""
    page = document[at]
    raw.FPDFPage_Flatten(page, raw.FLAT_PRINT)
    page.close()
    page = document[at]
    for number in reversed(range(raw.FPDFPage_GetAnnotCount(page))):
        raw.FPDFPage_RemoveAnnot(page, number)
    page.close()


def _place(whole: pdfium.PdfDocument, image: Image.Image) -> None:
    """A picture on a sheet of A4, turned the way it is longer."""
    wide, high = _A4 if image.height >= image.width else _A4[::-1]
    scale = min((wide - 2 * _MARGIN) / image.width, (high - 2 * _MARGIN) / image.height, 1.0)
    across, down = image.width * scale, image.height * scale
    held = BytesIO()
    image.save(held, "JPEG", quality=85)
    page = whole.new_page(wide, high)
    _insert(whole, page, held, (across, down), ((wide - across) / 2, (high - down) / 2))


def _label(whole: pdfium.PdfDocument, at: int, words: str) -> None:
    page = whole[at]
    _, _, right, top = page.get_cropbox()
    drawn = _written(words)
    held = BytesIO()
    drawn.save(held, "JPEG", quality=90)
    across = _HIGH * drawn.width / drawn.height
    _insert(whole, page, held, (across, _HIGH), (right - across - _INSET, top - _HIGH - _INSET))


def _insert(
    whole: pdfium.PdfDocument, page: pdfium.PdfPage, jpeg: BytesIO, size: tuple[float, float], at: tuple[float, float]
) -> None:
    picture = pdfium.PdfImage.new(whole)
    picture.load_jpeg(jpeg, inline=True)
    picture.set_matrix(pdfium.PdfMatrix().scale(*size).translate(*at))
    page.insert_obj(picture)
    page.gen_content()
    page.close()


def _written(words: str) -> Image.Image:
    """Black on white; numbers only where the machine has no Chinese font to draw with."""
    path = chinese_font()
    font = ImageFont.truetype(path, 36) if path else ImageFont.load_default(36)
    told = words if path else "".join(_plain(words))
    left, top, right, bottom = font.getbbox(told)
    sheet = Image.new("RGB", (int(right - left) + 24, 56), "white")
    ImageDraw.Draw(sheet).text((12 - left, (56 - (bottom - top)) / 2 - top), told, font=font, fill="black")
    return sheet


def _plain(words: str) -> Iterator[str]:
    return (letter for letter in words if letter.isascii())
