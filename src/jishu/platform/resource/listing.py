"""What list, export and API have in common: the rows an actor sees, narrowed and ordered as the address says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, QuerySet
from django.http import QueryDict

from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor

from .cells import cells_of, field_at
from .counting import Count, kept_count_of
from .narrowing import BadFilter, Narrowed, narrow
from .paging import Cursor, Order, Slice, order_field, read


@dataclass(frozen=True)
class Listing:
    """Rows not yet read: whoever reads them decides how many and which columns."""

    resource: Resource
    rows: QuerySet[Any]
    narrowed: Narrowed
    order: Order
    actor: Actor

    @property
    def place(self) -> str:
        """What a cursor is good for."""
        return f"{self.resource.key}:{self.order.name}"

    def page(self, cursor: str, *, size: int, paths: Sequence[str]) -> Slice:
        """StaleCursor when the position was not given out by this list in this order."""
        field = order_field(self.rows, self.order.path, _declared(self.resource, self.order.path))
        position = Cursor.opened(cursor, self.place, field) if cursor else None
        searched = bool(self.narrowed.term)
        return read(self.rows, self.order, position, size=size, paths=paths, field=field, sorts=searched)

    def count(self, page: Slice) -> Count:
        """For nothing where the page holds everything."""
        if page.previous is None and page.next is None:
            return Count(len(page.rows))
        narrowed = bool(self.narrowed.term or self.narrowed.chips)
        return kept_count_of(self.rows, is_narrowed=narrowed, asked=self._asked)

    @property
    def _asked(self) -> str:
        """Who asks for which rows, whatever the order and the page."""
        reach = (self.actor.uid, self.actor.agency_uid, self.actor.grants, self.actor.extra)
        asked = repr((self.resource.key, reach, self.narrowed.term, self.narrowed.chips))
        return sha256(asked.encode()).hexdigest()


def listing(resource: Resource, actor: Actor, given: QueryDict) -> Listing:
    """BadFilter when the order is none that the list offers; problems with filters are told in ``narrowed``."""
    narrowed = narrow(resource, actor, given)
    rows = resource.rows(actor).filter(narrowed.condition)
    return Listing(resource, rows, narrowed, order_of(resource, given.get("sort", "")), actor)


def order_of(resource: Resource, text: str) -> Order:
    """``value`` or ``-value``: the key of a sortable column. Empty: the order the resource declares."""
    if not text:
        return _order(resource, resource.order.removeprefix("-"), resource.order.startswith("-"))
    for cell in cells_of(resource):
        if cell.key == text.removeprefix("-") and cell.column.sort:
            return Order(cell.path, text.startswith("-"), cell.nullable)
    raise BadFilter("不能按这一列排序。", field="sort")


def is_named(resource: Resource) -> bool:
    """Whether a row has a ``uid`` that outsiders may call it by, and with it a page of its own."""
    return any(field.name == "uid" for field in resource.model._meta.concrete_fields)


def _order(resource: Resource, path: str, descending: bool) -> Order:
    known = _declared(resource, path)
    nullable = field_at(resource.model, path)[1] if known is not None else True
    return Order(path, descending, nullable)


def _declared(resource: Resource, path: str) -> Field[Any, Any] | None:
    try:
        return field_at(resource.model, path)[0]
    except FieldDoesNotExist:
        return None
