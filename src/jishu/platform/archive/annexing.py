"""The files of a record as annexes (附件) of its paper: all are listed, what can be printed is added."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from jishu.platform.audit.api import Through, record_read
from jishu.platform.command import command
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError

from . import selectors
from .inspection import bounded
from .inspection.formats import FORMATS, MIB, Group
from .inspection.refusals import NotTaken
from .models import Document, Reading, Version
from .readings import ContentLost, opened, put_down

FILES, PAGES, BYTES = 30, 100, 64 * MIB
_PRINTABLE = (Group.PDF, Group.IMAGE)

OF_OTHER_FORMAT = "该格式不能直接印出，请在平台中打开"
TOO_MANY = f"附入的文件超过 {FILES} 个，请在平台中打开"
TOO_LONG = f"附入的页数超过 {PAGES} 页，请在平台中打开"
TOO_LARGE = f"附入的文件合计超过 {BYTES // MIB} MB，请在平台中打开"
LOST = "文件内容缺失，请联系档案管理员"
UNREADABLE = "文件未能打开，请在平台中查看"


class StillChecked(DomainError):
    """办件的文件正在检查，通常几秒内完成，请稍后再下载。"""


@dataclass(frozen=True)
class Annex:
    """One file. ``first`` is where its pages begin among the annexed ones, from 1; ``why`` it has none."""

    document: Document
    version: Version
    pages: int = 0
    first: int = 0
    why: str = ""


@dataclass(frozen=True)
class Annexes:
    """All files of a record in order, and those that can be printed as one PDF of so many pages."""

    listed: tuple[Annex, ...] = ()
    pages: int = 0
    paper: bytes = b""


def annexes_of(kind: str, uid: UUID, hidden: frozenset[str] = frozenset()) -> Annexes:
    """For whoever has been shown the subject. Files that are still looked into are waited for."""
    rows = selectors.files_of(kind, uid, hidden).select_related("latest__uploaded_by").order_by("id")
    found = [(one, one.latest) for one in rows if one.latest is not None]
    if any(document.state == Document.State.CHECKING for document, _ in found):
        raise StillChecked
    return _gathered(_within(found))


def with_annexes(paper: bytes, annexes: Annexes) -> bytes:
    """The paper, then the annexed pages. Both are ours by now, yet pages of strangers are only handled in the child."""
    if not annexes.pages:
        return paper
    parts = [bounded.Part(content=one, format="pdf", pages=10_000) for one in (paper, annexes.paper)]
    given, whole = bounded.bind(parts)
    if not all(given):
        raise NotTaken("卷宗未能装订，请稍后再试；如仍不成功，请联系管理员。")
    return whole


@command("archive.view_document", audited_as="document.taken", titled="随卷宗下载文件")
def take_along(actor: Actor, *, kind: str, subject: UUID, hidden: frozenset[str] = frozenset()) -> int:
    """Put down that the files of a subject leave with its paper; how many they are."""
    taken = [one for one in selectors.files_of(kind, subject, hidden) if one.latest is not None]
    watched = [one for one in taken if one.is_watched]
    if watched:
        record_read(actor, f"卷宗附件 {len(watched)} 个", [one.uid for one in watched], through=Through.EXPORT)
    for one in taken:
        assert one.latest is not None
        put_down(actor, one, one.latest, Reading.Way.ORIGINAL)
    return len(taken)


def _within(found: Iterable[tuple[Document, Version]]) -> list[Annex]:
    """Whole files only, in order, until a limit is met; one that is too large does not keep smaller ones out."""
    listed: list[Annex] = []
    files = pages = size = 0
    for document, version in found:
        why = _why_not(version, files, pages, size)
        if not why:
            files, pages, size = files + 1, pages + version.pages, size + version.size
        listed.append(Annex(document, version, pages=0 if why else version.pages, why=why))
    return listed


def _why_not(version: Version, files: int, pages: int, size: int) -> str:
    if FORMATS[version.format].group not in _PRINTABLE or not version.pages:
        return OF_OTHER_FORMAT
    if files >= FILES:
        return TOO_MANY
    if pages + version.pages > PAGES:
        return TOO_LONG
    return TOO_LARGE if size + version.size > BYTES else ""


def _gathered(listed: list[Annex]) -> Annexes:
    parts, places = [], []
    for at, one in enumerate(listed):
        if one.pages and (content := _content(one.version)) is not None:
            label = f"附件 {at + 1}"
            parts.append(bounded.Part(content=content, format=one.version.format, pages=one.pages, label=label))
            places.append(at)
        elif one.pages:
            listed[at] = Annex(one.document, one.version, why=LOST)
    given, paper = _bound(parts)
    first = 1
    for at, pages in zip(places, given, strict=True):
        one = listed[at]
        why = "" if pages else UNREADABLE
        listed[at] = Annex(one.document, one.version, pages=pages, first=first if pages else 0, why=why)
        first += pages
    return Annexes(tuple(listed), first - 1, paper)


def _bound(parts: list[bounded.Part]) -> tuple[list[int], bytes]:
    """A paper without the pages of its annexes is better than none."""
    if not parts:
        return [], b""
    try:
        return bounded.bind(parts)
    except NotTaken:
        return [0] * len(parts), b""


def _content(version: Version) -> bytes | None:
    try:
        with opened(version) as file:
            return file.read()
    except ContentLost:
        return None
