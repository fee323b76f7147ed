"""资料搜索."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jishu.platform.archive.finding import LONGEST_TERM, documents_about, snippets
from jishu.platform.archive.kinds import CHOICES, KINDS
from jishu.platform.identity.api import Actor
from jishu.platform.lib.text import normalise
from jishu.platform.web.api import page, slice_of

SHOWN = 20


@require_safe
@page("archive.view_document")
def find(request: HttpRequest, actor: Actor) -> HttpResponse:
    """?q=…&kind=…: whose title or text says so, newest first."""
    asked, kind = normalise(request.GET.get("q", ""))[:LONGEST_TERM], request.GET.get("kind", "")
    context: dict[str, Any] = {"asked": asked, "kind": kind, "kinds": CHOICES}
    if asked:
        rows = documents_about(actor, asked)
        found = slice_of(request, rows.filter(kind=kind) if kind in KINDS else rows, order=("-id",), size=SHOWN)
        context |= {"slice": found, "hits": snippets(found.rows, asked)}
    return render(request, "archive/find.html", context)
