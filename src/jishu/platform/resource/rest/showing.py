"""Rows as programs read them, and the answers to asking for them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from jishu.platform.audit.api import Through
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Missing, Refused
from jishu.platform.resource.cells import Cell, cells_of
from jishu.platform.resource.listing import Listing, is_named, listing
from jishu.platform.resource.narrowing import BadFilter, questions_of
from jishu.platform.resource.reading import note_reading, note_rows_read, people_paths
from jishu.platform.resource.revision import revision_of

from .answers import answered, etag_of


def permitted(request: HttpRequest, resource: Resource) -> Actor:
    actor: Actor = request.auth  # type: ignore[attr-defined]  # set by the door that let the caller in
    if not actor.may(resource.permission("view")):
        raise Refused
    return actor


def list_rows(request: HttpRequest, resource: Resource, *, cursor: str, limit: int) -> HttpResponse:
    actor = permitted(request, resource)
    _all_understood(request, resource)
    shown = listing(resource, actor, request.GET)
    shown.narrowed.or_refuse()
    page, following = _page(actor, shown, cursor, limit)
    # A sealed position reads differently every time; what it stands for does not.
    return answered(request, page | {"next": following}, etag=etag_of(page | {"more": following is not None}))


def _all_understood(request: HttpRequest, resource: Resource) -> None:
    """A program that misspells a filter would take the whole list for its answer."""
    known = {"sort", "cursor", "limit", *({"q"} if resource.search else ())}
    known |= {parameter for question in questions_of(resource) for parameter in question.parameters}
    for name in request.GET:
        if name not in known:
            raise BadFilter(f"没有“{name[:64]}”这个查询参数，可用的有：{'、'.join(sorted(known))}。", field=name[:64])


def show_row(request: HttpRequest, resource: Resource, uid: UUID) -> HttpResponse:
    actor = permitted(request, resource)
    told, etag = state_of(resource, actor, uid)
    note_rows_read(actor, resource, resource.rows(actor).filter(uid=uid), Through.API)
    return answered(request, told, etag=etag)


def state_of(resource: Resource, actor: Actor, uid: UUID) -> tuple[dict[str, Any], str]:
    """A row as programs read it, and its mark. Missing when it is not among those the actor may see."""
    rows = resource.rows(actor).filter(uid=uid)
    row, values = rows.first(), rows.values_list("uid", *(cell.path for cell in cells_of(resource))).first()
    if row is None or values is None:
        raise Missing
    told = _object(cells_of(resource), values)
    return told, etag_of(told, revision_of(row))


def _page(actor: Actor, shown: Listing, cursor: str, limit: int) -> tuple[dict[str, Any], str | None]:
    cells = cells_of(shown.resource)
    key = "uid" if is_named(shown.resource) else "pk"
    people = people_paths(shown.resource)
    found = shown.page(cursor, size=limit, paths=(key, *(cell.path for cell in cells), *people))
    if people:
        read = (uid for row in found.rows for uid in row[len(cells) + 1 :][: len(people)])
        note_reading(actor, shown.resource, read, Through.API)
    page = {"results": [_object(cells, row) for row in found.rows], "count": asdict(shown.count(found))}
    return page, found.next.sealed(shown.place) if found.next else None


def _object(cells: Iterable[Cell], row: tuple[Any, ...]) -> dict[str, Any]:
    """The key first, then the columns; a row may carry more than is asked for."""
    return {"uid": row[0]} | {cell.key: value for cell, value in zip(cells, row[1:], strict=False)}
