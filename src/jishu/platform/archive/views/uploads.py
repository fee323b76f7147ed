"""Files coming in: one at a time from the page itself, or with a form."""

from collections.abc import Iterator
from urllib.parse import unquote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from jishu.platform.archive import selectors, services
from jishu.platform.archive.fields import keys_in, take_in
from jishu.platform.archive.inspection.formats import FORMATS, LARGEST
from jishu.platform.archive.inspection.refusals import TooLarge
from jishu.platform.archive.intake import ADD
from jishu.platform.archive.models import Document
from jishu.platform.archive.panels import FIELD
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.web.api import page

PIECE = 1 << 20


@require_POST
@page(ADD)
def upload(request: HttpRequest, actor: Actor) -> JsonResponse:
    """The body is the file, ``?name=`` what it is called. Only its uploader knows of it until a form names it."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
            raise TooLarge(f"文件超过 {LARGEST >> 20} MB 的限制，请压缩或拆分后再上传。")
        name = unquote(request.GET.get("name", ""))
        document = services.store_document(actor, chunks=_body(request), name=name, file_now=False)
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=error.status)
    return JsonResponse(_told(document), status=201)


@require_POST
@page(ADD)
def attach(request: HttpRequest, actor: Actor) -> HttpResponse:
    """From the 文件 panel of a record."""
    taken = take_in(request, actor, [FIELD])
    documents = keys_in(taken.data.get(FIELD, ""))
    for sentence in taken.problems.get(FIELD, ()):
        messages.error(request, sentence)
    if documents:
        services.attach_to(
            actor, documents=documents, kind=request.POST.get("kind", ""), subject=_key(request.POST.get("subject", ""))
        )
        messages.success(request, f"已添加 {len(documents)} 个文件。")
    elif not taken.problems:
        messages.error(request, "请先选择文件，再点“添加”。")
    return redirect(_back(request))


@require_POST
@page(ADD)
def new_version(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    """The first file of the form becomes the latest version; an upload that waited for it is used up."""
    document = selectors.openable_by(actor, uid)
    file = request.FILES.get(f"{FIELD}__new")
    waiting = [one for one in keys_in(request.POST.get(FIELD, "")) if one != uid]
    try:
        if file is not None:
            services.store_version(actor, document=uid, chunks=file.chunks(), name=file.name or "")
        elif waiting:
            services.use_as_version(actor, document=uid, upload=waiting[0])
        else:
            raise DomainError("请先选择文件，再点“上传新版本”。")
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已保存新版本，旧版本仍可查看和恢复。")
    return redirect(document)


def _body(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(PIECE):
        yield piece


def _told(document: Document) -> dict[str, object]:
    latest = document.latest
    assert latest is not None
    return {
        "uid": str(document.uid),
        "title": document.title,
        "size": latest.size,
        "format": FORMATS[latest.format].title,
        "note": latest.note,
    }


def _back(request: HttpRequest) -> str:
    to = request.POST.get("next", "")
    return to if url_has_allowed_host_and_scheme(to, None) and to.startswith("/") else "/"


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
