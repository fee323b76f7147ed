"""Pages of one's own things: keyset, so that the ten-thousandth row costs what the first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, UUIDField
from django.http import HttpRequest

SIZE = 50
COUNTED_UP_TO = 10_000


@dataclass(frozen=True)
class Slice:
    """One page of rows, the addresses of its neighbours (empty at the ends), and an honest count."""

    rows: list[Any]
    previous: str
    next: str
    count: int
    capped: bool


def slice_of(
    request: HttpRequest, rows: QuerySet[Any], *, order: Sequence[str], size: int = SIZE, columns: Sequence[str] = ()
) -> Slice:  # fmt: skip
    """``order`` names plain columns, all rising or all falling (``-due_at, -id``), and ends at a unique one.

    ``columns`` has named values, ``uid`` among them, read instead of rows where those of many tables are shown;
    counting then joins none of them.

    A cursor is the uid of the row the reader stood at; one that is no longer among ``rows`` leads to the first page.
    """
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    edge = _values_at(rows, before or after, order)
    backwards = bool(before) and edge is not None
    towards = [_reversed(field) for field in order] if backwards else list(order)
    beyond = rows if edge is None else rows.filter(_beyond(towards, edge))
    wanted = beyond.order_by(*towards)
    found: list[Any] = list((wanted.values_list(*columns, named=True) if columns else wanted)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    counted = rows.order_by()[: COUNTED_UP_TO + 1].count()
    has_next, has_previous = (True, more) if backwards else (more, edge is not None)
    return Slice(
        rows=found,
        previous=_address(request, before=found[0]) if found and has_previous else "",
        next=_address(request, after=found[-1]) if found and has_next else "",
        count=min(counted, COUNTED_UP_TO),
        capped=counted > COUNTED_UP_TO,
    )


def _values_at(rows: QuerySet[Any], cursor: str, order: Sequence[str]) -> tuple[Any, ...] | None:
    if not cursor:
        return None
    try:
        uid: UUID = UUIDField().to_python(cursor)
    except ValidationError:
        return None
    return rows.filter(uid=uid).values_list(*(field.lstrip("-") for field in order)).first()


def _beyond(order: Sequence[str], edge: Sequence[Any]) -> Q:
    """(a, b) > (x, y), spelt so that an index on (a, b) is used from the edge on."""
    names = [field.lstrip("-") for field in order]
    sign = "lt" if order[0].startswith("-") else "gt"
    steps = [
        Q(**dict(zip(names[:at], edge[:at], strict=True)), **{f"{name}__{sign}": edge[at]})
        for at, name in enumerate(names)
    ]
    return Q(**{f"{names[0]}__{sign}e": edge[0]}) & reduce(or_, steps)


def _reversed(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _address(request: HttpRequest, **cursor: Any) -> str:
    query = request.GET.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    for name, row in cursor.items():
        query[name] = str(row.uid)
    return f"?{query.urlencode()}"
