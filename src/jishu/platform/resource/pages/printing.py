"""A list or a record on paper: A4, who printed it and when, by which conditions, on every sheet."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jishu.platform.audit.api import Through
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.resource.addresses import address
from jishu.platform.resource.choosing import COLUMNS, chosen
from jishu.platform.resource.habits import MARK_COOKIE, habits_of
from jishu.platform.resource.history import history_of
from jishu.platform.resource.listing import listing
from jishu.platform.resource.reading import note_rows_read
from jishu.platform.resource.table import address_with, body_of, layout_of
from jishu.platform.resource.tabs import understood

from .detail import facts_of, one_of

AT_MOST = 2000
NARROW = 7
"""Up to so many columns stand upright."""


class TooManyToPrint(DomainError):
    """符合条件的记录超过 2 000 条，不便打印。请先缩小筛选范围，或改用导出。"""


def print_list(request: HttpRequest, actor: Actor, resource: Resource) -> HttpResponse:
    """Exactly what the list shows under this address, all pages of it."""
    habits = habits_of(actor, resource, request.COOKIES.get(MARK_COOKIE, ""))
    given, notes = understood(resource, habits, request.GET)
    shown = listing(resource, actor, given)
    shown.narrowed.or_refuse()
    layout = replace(layout_of(resource, chosen(resource, given.get(COLUMNS, "") or habits.columns).keys), address="")
    page = shown.page("", size=AT_MOST, paths=layout.paths)
    if page.next is not None:
        raise TooManyToPrint
    context = {
        "titles": [(cell.title, cell.is_number) for cell in layout.cells],
        "body": body_of(layout, page),
        "count": len(page.rows),
        "in_words": shown.narrowed.in_words,
        "problems": notes,
        "is_wide": len(layout.cells) > NARROW,
        "back": f"{address(resource, 'list')}{address_with(given)}",
    }
    return render(request, "resource/print_list.html", context | _sheet(resource, actor))


def print_detail(request: HttpRequest, actor: Actor, resource: Resource, uid: UUID) -> HttpResponse:
    row = one_of(resource, actor, uid)
    note_rows_read(actor, resource, resource.rows(actor).filter(pk=row.pk), Through.PAGE)
    context = {
        "row": row,
        "facts": facts_of(resource, actor, row),
        "history": history_of(uid),
        "back": address(resource, "detail", uid=uid),
    }
    return render(request, "resource/print_detail.html", context | _sheet(resource, actor))


def _sheet(resource: Resource, actor: Actor) -> dict[str, Any]:
    """What stands on every sheet."""
    return {
        "resource": resource,
        "unit": actor.agency.name if actor.agency else "",
        "printed_by": f"{actor.name}（{actor.post}）" if actor.post else actor.name,
        "printed_at": now(),
    }
