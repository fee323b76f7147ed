"""Pages as pictures: every preview is drawn anew, so that nothing of the file itself reaches a browser."""

import warnings
from typing import IO

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from .formats import Format, Group
from .refusals import Damaged, TooManyPixels
from .texts import PAGES, open_pdf

MOST_PIXELS = 100_000_000
FRAMES = 50
_PILLOW = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "MPO")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def count_pages(file: IO[bytes], format_: Format) -> int:
    """How many pictures can be drawn of it."""
    if format_.group is Group.PDF:
        with open_pdf(file) as document:
            return min(len(document), PAGES)
    if format_.group is Group.IMAGE:
        with open_image(file) as image:
            frames = getattr(image, "n_frames", 1) if format_.code == "tiff" else 1
            return min(frames, FRAMES)
    return 0


def draw(file: IO[bytes], format_: Format, page: int, width: int) -> Image.Image:
    """Page 1 … count, at most ``width`` pixels wide, upright, without what cameras write into pictures."""
    image = _pdf_page(file, page, width) if format_.group is Group.PDF else _frame(file, page, width)
    return image.convert("RGB")


def open_image(file: IO[bytes]) -> Image.Image:
    file.seek(0)
    try:
        image = Image.open(file, formats=_PILLOW)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Damaged from error
    if image.width * image.height > MOST_PIXELS:
        raise TooManyPixels
    return image


def _frame(file: IO[bytes], page: int, width: int) -> Image.Image:
    with open_image(file) as image:
        try:
            image.draft("RGB", (width * 2, width * 2))
            chosen = ImageSequence.Iterator(image)[page - 1] if page > 1 else image
            upright = ImageOps.exif_transpose(chosen)
            upright.thumbnail((width, width * 4))
        except (OSError, ValueError, SyntaxError, IndexError, EOFError) as error:
            raise Damaged from error
        if upright.mode in ("RGBA", "LA", "P", "PA"):  # what shows through is white, as on paper
            upright = upright.convert("RGBA")
            paper = Image.new("RGBA", upright.size, "white")
            paper.alpha_composite(upright)
            return paper
        return upright


def _pdf_page(file: IO[bytes], page: int, width: int) -> Image.Image:
    with open_pdf(file) as document:
        if not 1 <= page <= len(document):
            raise Damaged
        sheet = document[page - 1]
        across, down = sheet.get_size()
        scale = min(width / max(across, 1), 4.0, width * 4 / max(down, 1))
        image: Image.Image = sheet.render(scale=scale).to_pil()
        return image
