"""Watermarks: who looked, when, and a code to trace the copy by; visible, and the text beneath still readable."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont, ImageOps

from .formats import Format, Group
from .pictures import open_image
from .refusals import Damaged
from .texts import open_pdf

_FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
)
_ANGLE = 24
_ANEW = 2  # FPDF_NO_INCREMENTAL: the unmarked pages are not left inside the copy
_COLOUR = (70, 90, 120)
_COVERING = 62  # of 255: seen on white and on a photo, and the text beneath can still be read


def marked(image: Image.Image, words: list[str]) -> Image.Image:
    """The picture with the words across all of it."""
    covered = image.convert("RGB")
    covered.paste(_COLOUR, (0, 0), _veil(covered.size, words))
    return covered


def stamped(file: IO[bytes], format_: Format, words: list[str]) -> bytes:
    """A copy of a PDF or picture with the words on every page."""
    return _stamped_pdf(file, words) if format_.group is Group.PDF else _stamped_image(file, format_, words)


def _stamped_image(file: IO[bytes], format_: Format, words: list[str]) -> bytes:
    kind = "PNG" if format_.code in ("png", "gif", "bmp") else "JPEG"
    held = BytesIO()
    try:
        with open_image(file) as image:
            marked(ImageOps.exif_transpose(image), words).save(held, kind, quality=90)
    except (OSError, ValueError, SyntaxError) as error:
        raise Damaged from error
    return held.getvalue()


def _stamped_pdf(file: IO[bytes], words: list[str]) -> bytes:
    held = BytesIO()
    with open_pdf(file) as document:
        for page in document:
            left, bottom, right, top = page.get_mediabox()
            across, down = max(1, int(right - left)), max(1, int(top - bottom))
            veil = pdfium.PdfImage.new(document)
            veil.set_bitmap(pdfium.PdfBitmap.from_pil(_coloured(_veil((across, down), words))))
            veil.set_matrix(pdfium.PdfMatrix().scale(across, down).translate(left, bottom))
            page.insert_obj(veil)
            page.gen_content()
            page.close()
        document.save(held, flags=_ANEW)
    return held.getvalue()


def _veil(size: tuple[int, int], words: list[str]) -> Image.Image:
    """How much of each point is covered: by the words again and again, slanting upwards."""
    across, down = size
    font = _font(max(12, min(across, down) // 30))
    line = "  ".join(words)
    left, top, right, bottom = font.getbbox(line)
    wide, high = int(right - left) + 60, int(bottom - top)
    side = int((across**2 + down**2) ** 0.5) + wide
    sheet = Image.new("L", (side, side))
    pen = ImageDraw.Draw(sheet)
    for at, y in enumerate(range(0, side, high * 7)):
        for x in range(-(wide // 2) * (at % 2), side, wide):
            pen.text((x, y), line, font=font, fill=_COVERING)
    turned = sheet.rotate(_ANGLE, resample=Image.Resampling.BILINEAR)
    start = ((side - across) // 2, (side - down) // 2)
    return turned.crop((*start, start[0] + across, start[1] + down))


def _coloured(veil: Image.Image) -> Image.Image:
    sheet = Image.new("RGBA", veil.size, (*_COLOUR, 0))
    sheet.putalpha(veil)
    return sheet


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    found = chinese_font()
    return ImageFont.truetype(found, size) if found else ImageFont.load_default(size)


@cache
def chinese_font() -> str:
    """A font of the system that has Chinese characters; empty where there is none."""
    return next((path for path in _FONTS if Path(path).exists()), "")
