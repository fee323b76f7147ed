"""Keyset paging: the next page is asked for by the last row of this one, so its cost does not grow with its number."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db.models import BooleanField, F, Field, Func, Q, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.sql.compiler import SQLCompiler

from jishu.platform.lib.errors import DomainError


class StaleCursor(DomainError):
    """翻页位置已经失效，请从第一页重新查看。"""


@dataclass(frozen=True)
class Order:
    """One column, then the key. Empty values stand last ascending and first descending, as PostgreSQL's indexes do."""

    path: str
    descending: bool
    nullable: bool

    @property
    def name(self) -> str:
        return f"-{self.path}" if self.descending else self.path

    @property
    def operator(self) -> str:
        return "<" if self.descending else ">"

    def reversed(self) -> Order:
        return replace(self, descending=not self.descending)

    def terms(self) -> list[OrderBy]:
        paths = ["pk"] if self.path in ("id", "pk") else [self.path, "pk"]
        return [F(path).desc() if self.descending else F(path).asc() for path in paths]


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after this row, or, looking back, before it."""

    value: Any
    key: int
    backwards: bool = False

    def sealed(self, place: str) -> str:
        """Encrypted: a running key would tell how many rows the others have. ``place`` binds it to list and order."""
        told = json.dumps([place, self.backwards, None if self.value is None else str(self.value), self.key])
        return _seal().encrypt(told.encode()).decode()

    @classmethod
    def opened(cls, text: str, place: str, field: Field[Any, Any]) -> Cursor:
        """StaleCursor when it was not sealed by us for this list in this order."""
        try:
            known, backwards, value, key = json.loads(_seal().decrypt(text.encode()))
        except (InvalidToken, UnicodeEncodeError):
            raise StaleCursor(field="cursor") from None
        if known != place:
            raise StaleCursor(field="cursor")
        return cls(field.to_python(value), key, backwards)


@dataclass(frozen=True)
class Slice:
    """The rows of one page, each ending with its order value and key, and where its neighbours begin."""

    rows: list[tuple[Any, ...]]
    previous: Cursor | None
    next: Cursor | None


def read(
    rows: QuerySet[Any],
    order: Order,
    cursor: Cursor | None,
    *,
    size: int,
    paths: Sequence[str],
    field: Field[Any, Any],
    sorts: bool = False,
) -> Slice:
    """At most ``size`` rows beside the cursor. One query, or two where a page crosses into the empty values.

    ``sorts``: no index carries the order, all of ``rows`` will be sorted. Then only their keys are; what a page shows
    of its rows and their neighbours is asked for these alone. The planner, which joins first, does not see it itself.
    """
    backwards = cursor is not None and cursor.backwards
    walk = order.reversed() if backwards else order
    found: list[tuple[Any, ...]] = []
    for part in _parts(walk, cursor, field):
        wanted = size + 1 - len(found)
        page = rows.filter(part).order_by(*walk.terms())
        if sorts:
            page = rows.filter(pk__in=list(page.values_list("pk", flat=True)[:wanted])).order_by(*walk.terms())
        found += page.values_list(*paths, order.path, "pk")[:wanted]
        if len(found) > size:
            break
    more = len(found) > size
    if not backwards:
        return _slice(found[:size], earlier=cursor is not None, later=more)
    if len(found) < size:
        return read(rows, order, None, size=size, paths=paths, field=field, sorts=sorts)
    return _slice(found[:size][::-1], earlier=more, later=True)


def order_field(rows: QuerySet[Any], path: str, declared: Field[Any, Any] | None) -> Field[Any, Any]:
    """What the order's values are made of; the selector's annotations know their own type."""
    return declared if declared is not None else rows.query.annotations[path].output_field


def _slice(rows: list[tuple[Any, ...]], *, earlier: bool, later: bool) -> Slice:
    return Slice(
        rows,
        previous=_beside(rows[0], backwards=True) if earlier and rows else None,
        next=_beside(rows[-1], backwards=False) if later and rows else None,
    )


def _beside(row: tuple[Any, ...], *, backwards: bool) -> Cursor:
    *_, value, key = row
    return Cursor(value, key, backwards)


def _parts(walk: Order, cursor: Cursor | None, field: Field[Any, Any]) -> Iterator[Q | Func]:
    """The conditions that, one after the other, give the rest of the list in its order."""
    if cursor is None:
        yield Q()
    elif walk.path in ("id", "pk"):
        yield Q(pk__lt=cursor.key) if walk.descending else Q(pk__gt=cursor.key)
    elif cursor.value is not None:
        yield _RowBeyond(walk, cursor, field)
        if walk.nullable and not walk.descending:
            yield Q(**{f"{walk.path}__isnull": True})
    else:
        beyond = {"pk__lt" if walk.descending else "pk__gt": cursor.key}
        yield Q(**{f"{walk.path}__isnull": True}, **beyond)
        if walk.descending:
            yield Q(**{f"{walk.path}__isnull": False})


class _RowBeyond(Func):
    """``(value, key) > (%s, %s)``: one range of a composite index, ties included; empty values are never in it."""

    output_field = BooleanField()

    def __init__(self, walk: Order, cursor: Cursor, field: Field[Any, Any]) -> None:
        super().__init__(F(walk.path), F("pk"), Value(cursor.value, output_field=field), Value(cursor.key))
        self.operator = walk.operator

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        compiled = [compiler.compile(one) for one in self.get_source_expressions()]
        value, key, last_value, last_key = (sql for sql, _ in compiled)
        params = [param for _, given in compiled for param in given]
        return f"({value}, {key}) {self.operator} ({last_value}, {last_key})", params


@cache
def _seal() -> Fernet:
    key = sha256(b"jishu.resource.paging" + settings.SECRET_KEY.encode()).digest()
    return Fernet(urlsafe_b64encode(key))
