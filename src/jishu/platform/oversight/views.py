"""The auditor's page, and the proofs to take away."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from jishu.platform.audit.api import (
    Chosen,
    Head,
    entries_visible_to,
    export,
    export_head,
    heads_visible_to,
    inclusion,
    tree_size,
)
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.web.api import page

from . import services
from .selectors import entry_count, examinations_visible_to, open_examination

RECENT = 8


class NotSealedYet(DomainError):
    """这条记录还没有封存。记录每分钟封存一次，请稍后再下载。"""


@require_http_methods(["GET", "HEAD", "POST"])
@page("oversight.view_examination")
def examine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How the record stands, and what the last examinations found; POST begins one."""
    if request.method == "POST":
        services.start_examination(actor)
        return redirect(request.path)
    context: dict[str, Any] = {"examination": open_examination(), "may_begin": actor.may(services.EXAMINE)}
    if request.headers.get("HX-Target") == "progress":
        answer = render(request, "oversight/_progress.html", context)
        if context["examination"] is None:
            answer.headers["HX-Refresh"] = "true"
        return answer
    entries, sealed = entry_count(), tree_size()
    context |= {
        "entries": entries,
        "sealed": sealed,
        "waiting": entries - sealed,
        "heads": list(heads_visible_to(actor)[:RECENT]),
        "examinations": examinations_visible_to(actor)[:RECENT],
    }
    return render(request, "oversight/examine.html", context)


@require_safe
@page("audit.view_entry")
def entry_proof(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?entry=UID: the entry with its proof, to be checked without us."""
    entry = entries_visible_to(actor).filter(uid=_key(request.GET.get("entry", ""))).first()
    if entry is None:
        raise Missing
    if inclusion(entry) is None:
        raise NotSealedYet
    return _file(export(Chosen(entry=entry.uid)), f"审计证明-{entry.uid}.jsonl")


@require_safe
@page("audit.view_head")
def head_proof(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?size=N: a signed head to keep elsewhere, with the proof that the tree was only added to."""
    size = request.GET.get("size", "")
    head: Head | None = heads_visible_to(actor).filter(size=size).first() if size.isdecimal() else None
    if head is None:
        raise Missing
    return _file(export_head(head.signed()), f"审计树头-{head.size}.jsonl")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None


def _file(lines: Iterator[str], name: str) -> HttpResponse:
    answer = HttpResponse("".join(lines), content_type="application/jsonl; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer
