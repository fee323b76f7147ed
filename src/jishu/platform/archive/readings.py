"""Looking at documents: every look is put down, and what is shown or given away says whose copy it is."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import IO

from PIL import Image

from jishu.platform.audit.api import Through, record_read
from jishu.platform.command import command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import ZONE, now
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.lib.pinyin import pinyin_key

from .derived import kept
from .inspection import bounded
from .inspection.formats import FORMATS, Group
from .inspection.marking import chinese_font, marked
from .models import Document, Reading, Version
from .store import store

WIDTHS = {"small": 320, "page": 1200}
SAME_LOOK = timedelta(hours=1)
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_MARKABLE = (Group.PDF, Group.IMAGE)


class NotReady(Conflict):
    """文件正在检查，通常几秒内完成，请稍后再打开。"""


class ContentLost(DomainError):
    """文件内容缺失或已销毁，不能打开。请联系档案管理员。"""

    status = 404


def look(actor: Actor, document: Document) -> Reading | None:
    """Put down that this person looks at the latest version; one look an hour. Nothing for the platform itself."""
    if actor.person is None or document.latest is None:
        return None
    if document.is_watched:
        record_read(actor, f"文件：{document.title}", [document.uid], through=Through.PAGE)
    recent = Reading.objects.filter(
        document=document, person=actor.person, way=Reading.Way.VIEW, number=document.latest.number,
        created_at__gt=now() - SAME_LOOK,
    )  # fmt: skip
    return recent.order_by("-id").first() or put_down(actor, document, document.latest, Reading.Way.VIEW)


def last_look(actor: Actor, document: Document) -> Reading | None:
    """Under which look a picture of a page is asked for."""
    if actor.person is None:
        return None
    mine = Reading.objects.filter(document=document, person=actor.person, way=Reading.Way.VIEW)
    return mine.order_by("-id").first()


@command("archive.view_document", audited_as="document.taken", titled="下载文件")
def take(actor: Actor, *, document: Document, version: Version, marked_copy: bool) -> Reading:
    """Put down that a copy leaves, before it does; the code on it leads back to here."""
    if document.is_watched:
        record_read(actor, f"文件：{document.title}", [document.uid], through=Through.EXPORT)
    return put_down(actor, document, version, Reading.Way.COPY if marked_copy else Reading.Way.ORIGINAL)


def page_picture(actor: Actor, version: Version, page: int, size: str, reading: Reading | None) -> bytes:
    """A JPEG of one page that says who looks at it."""
    drawn = kept(version.digest, f"{size}-{page}.webp", _drawing(version, page, WIDTHS[size]))
    with Image.open(BytesIO(drawn), formats=("WEBP",)) as image:
        shown = image.convert("RGB") if size == "small" else marked(image, words_on(actor, reading))
    held = BytesIO()
    shown.save(held, "JPEG", quality=82)
    return held.getvalue()


def marked_copy(actor: Actor, version: Version, reading: Reading) -> IO[bytes]:
    """The whole file with the mark on every page; only where ``is_markable``."""
    with opened(version) as file:
        return bounded.stamp(file, version.format, words_on(actor, reading))


def is_markable(version: Version) -> bool:
    return FORMATS[version.format].group in _MARKABLE


def opened(version: Version) -> IO[bytes]:
    if version.blob_id is None:
        raise ContentLost
    try:
        return store().open(version.digest)
    except FileNotFoundError:
        raise ContentLost from None


def words_on(actor: Actor, reading: Reading | None) -> list[str]:
    """Name, unit, time, code; in letters where the machine has no Chinese font to draw with."""
    at = (reading.created_at if reading else now()).astimezone(ZONE)
    unit = actor.agency.short_name if actor.agency else ""
    who = [actor.name, unit] if chinese_font() else [_spelled(actor.name), _spelled(unit)]
    return [*(one for one in who if one), f"{at:%Y-%m-%d %H:%M}", reading.code if reading else ""]


def _spelled(name: str) -> str:
    return " ".join(word for word in pinyin_key(name, person=True).split() if word.isascii())


def _drawing(version: Version, page: int, width: int) -> Callable[[], bytes]:
    def draw() -> bytes:
        with opened(version) as file:
            return bounded.draw_page(file, version.format, page, width)

    return draw


def put_down(actor: Actor, document: Document, version: Version, way: Reading.Way) -> Reading:
    return Reading.objects.create(
        document=document, number=version.number, person=actor.person, way=way,
        code="".join(secrets.choice(_ALPHABET) for _ in range(4)),
    )  # fmt: skip
