"""How many rows a list has, said honestly and at a bounded price."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

CAP = 10_000
KEPT_FOR = 60  # seconds
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
    """A count that says no more than 10 000+ or 约 is as true a minute later: it is not asked again for every page.

    ``asked`` tells who asks for what; an exact count is never kept.
    """
    key = f"count:{asked}"
    known = cache.get(key)
    if isinstance(known, Count):
        return known
    count = count_of(rows, is_narrowed=is_narrowed)
    if count.capped or count.estimated:
        cache.set(key, count, KEPT_FOR)
    return count


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
