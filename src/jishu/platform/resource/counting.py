"""How many rows a list has, said honestly and at a bounded price."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Model, QuerySet

CAP = 10_000
KEPT_FOR = 60  # seconds
LARGE = 1_000  # an exact count of so many takes milliseconds; below, a row more or less is seen
_WRITTEN = """
    SELECT pg_stat_get_tuples_inserted(t) + pg_stat_get_tuples_updated(t) + pg_stat_get_tuples_deleted(t)
      FROM (SELECT %(table)s::regclass::oid AS t) AS one"""
# Planner's units; counting up to the cap along an index costs some 400, whatever costs more takes 20 ms and longer.
DEAREST = 3_000


@dataclass(frozen=True)
class Count:
    """Exact, or at least ``value`` (capped), or about ``value`` (estimated)."""

    value: int
    capped: bool = False
    estimated: bool = False

    @property
    def in_words(self) -> str:
        if self.estimated:
            return f"约 {self.value / 10_000:g} 万条" if self.value >= CAP else f"约 {self.value} 条"
        return ""


def kept_count_of(rows: QuerySet[Any], *, is_narrowed: bool, asked: str) -> Count:
    """What takes long to count is not counted again for every page, for a minute at most.

    A count that says no more than 10 000+ or 约 is as true then; an exact one holds while nobody writes to the table.
    ``asked`` tells who asks for what.
    """
    key = f"count:{asked}"
    known: _Kept | None = cache.get(key)
    if known and (known.written is None or known.written == _written(rows.model)):
        return known.count
    written = _written(rows.model)
    count = count_of(rows, is_narrowed=is_narrowed)
    if count.capped or count.estimated:
        cache.set(key, _Kept(count, None), KEPT_FOR)
    elif count.value > LARGE:
        cache.set(key, _Kept(count, written), KEPT_FOR)
    return count


@dataclass(frozen=True)
class _Kept:
    count: Count
    written: int | None  # how much had been written to the table; None: the count holds without


def _written(model: type[Model]) -> int:
    """Rows written to the table since its statistics began; PostgreSQL tells a second late."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, {"table": model._meta.db_table})
        return int(cursor.fetchone()[0])


def count_of(rows: QuerySet[Any], *, is_narrowed: bool) -> Count:
    """Counts no further than 10 000; where a filter makes even that dear, asks the planner instead.

    What a selector alone lets through is always counted: the app's index on its scope makes that cheap.
    """
    counted = rows.order_by().values("pk")[: CAP + 1]
    if is_narrowed:
        plan = json.loads(counted.explain(format="json"))[0]["Plan"]
        if plan["Total Cost"] > DEAREST:
            return Count(_rounded(plan), estimated=True)
    count = counted.count()
    return Count(min(count, CAP), capped=count > CAP)


def _rounded(plan: dict[str, Any]) -> int:
    """What the plan expects below its LIMIT, to two digits: more would pretend to know."""
    expected = int(plan["Plans"][0]["Plan Rows"])
    return int(float(f"{expected:.2g}"))
