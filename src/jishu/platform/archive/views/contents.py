"""What leaves: pictures of pages with the reader's mark, marked copies, originals. None is ever run by a browser."""

import re
from typing import IO, TypeVar
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from jishu.platform.archive import readings, selectors
from jishu.platform.archive.inspection.formats import FORMATS, OCTETS, Group
from jishu.platform.archive.models import Document, Version
from jishu.platform.archive.names import split_name
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Missing
from jishu.platform.web.api import page as guarded

from .documents import is_open_to

# Whatever a browser might make of it: no script, no form, no frame, an origin of its own.
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'none'"
R = TypeVar("R", bound=HttpResponseBase)
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


@require_safe
@guarded("archive.view_document")
def picture(request: HttpRequest, actor: Actor, uid: UUID, page: int) -> HttpResponse:
    document, version = _opened(actor, uid)
    if not 1 <= page <= version.pages:
        raise Missing
    reading = readings.last_look(actor, document) or readings.look(actor, document)
    return _image(readings.page_picture(actor, version, page, "page", reading))


@require_safe
@guarded("archive.view_document")
def small(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    """A thumbnail, too small to read."""
    _, version = _opened(actor, uid)
    if not version.pages:
        raise Missing
    return _image(readings.page_picture(actor, version, 1, "small", None))


@require_POST
@guarded("archive.view_document")
def copy(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponseBase:
    """The file with the mark on every page. POST, because it leaves an entry."""
    document, version = _opened(actor, uid, request.POST.get("version", ""))
    if not readings.is_markable(version):
        raise Missing
    reading = readings.take(actor, document=document, version=version, marked_copy=True)
    stem, _ = split_name(version.file_name)
    format_ = FORMATS[version.format]
    ending = format_.endings[0] if format_.group is Group.PDF or version.format in ("png", "jpg") else "jpg"
    name = f"{stem}（副本 {reading.code}）.{'png' if version.format in ('gif', 'bmp') else ending}"
    return _download(readings.marked_copy(actor, version, reading), name, format_.media)


@require_POST
@guarded("archive.view_document")
def original(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponseBase:
    document, version = _opened(actor, uid, request.POST.get("version", ""))
    readings.take(actor, document=document, version=version, marked_copy=False)
    return _download(readings.opened(version), version.file_name, FORMATS[version.format].media)


@require_safe
@guarded("archive.view_document")
def media(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponseBase:
    """Sound and moving pictures, a part at a time as players ask for it."""
    _, version = _opened(actor, uid)
    format_ = FORMATS[version.format]
    if format_.group is not Group.MEDIA:
        raise Missing
    file = readings.opened(version)
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None:
        response: HttpResponseBase = FileResponse(file, content_type=format_.media)
    else:
        response = _part(file, version.size, int(asked[1]), int(asked[2] or version.size - 1), format_.media)
    response.headers["Accept-Ranges"] = "bytes"
    return _sealed(response)


def _part(file: IO[bytes], size: int, first: int, last: int, kind: str) -> HttpResponse:
    if first >= size or first > last:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    last = min(last, size - 1, first + (4 << 20) - 1)
    with file:
        file.seek(first)
        found = file.read(last - first + 1)
    told = {"Content-Range": f"bytes {first}-{last}/{size}"}
    return HttpResponse(found, status=206, content_type=kind, headers=told)


def _opened(actor: Actor, uid: UUID, number: str = "") -> tuple[Document, Version]:
    document = selectors.openable_by(actor, uid)
    if not is_open_to(actor, document):
        raise Missing if document.is_gone else readings.NotReady
    version = document.latest
    if number.isascii() and number.isdecimal() and len(number) < 6:
        version = document.versions.filter(number=int(number)).first()
    if version is None:
        raise Missing
    return document, version


def _image(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "private, no-store"
    return _sealed(response)


def _download(file: IO[bytes], name: str, kind: str) -> HttpResponseBase:
    known = kind if not kind.startswith("text/") else OCTETS
    return _sealed(FileResponse(file, as_attachment=True, filename=name, content_type=known))


def _sealed(response: R) -> R:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
