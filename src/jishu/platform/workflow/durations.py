"""How long steps usually take: the median working time of what was done lately, worked out once an hour per item."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from statistics import median

from jishu.platform.lib.calendar import OFFICE_HOURS, working_time_between
from jishu.platform.lib.clock import now

from .models import Task

LOOKED_AT = 20_000
"""So many of the latest tasks of the whole platform are looked through, however many there are."""
SAMPLE, ENOUGH = 200, 5
DONE = (Task.Turn.APPROVED, Task.Turn.REJECTED, Task.Turn.RETURNED, Task.Turn.HANDLED)


def usual(item: str) -> Mapping[str, str]:
    """通常 2 小时, by step; steps done fewer than five times say nothing."""
    return _usual(item, f"{now():%Y%m%d%H}")


@lru_cache(maxsize=512)
def _usual(item: str, hour: str) -> Mapping[str, str]:
    latest = Task.objects.order_by("-id").values("id")[:LOOKED_AT]
    done = Task.objects.filter(id__in=latest, case__item=item, turn__in=DONE, part=Task.Part.OWN).order_by("-id")
    rows: dict[str, list[tuple[datetime, datetime]]] = {}
    for node, opened, acted in done.values_list("node", "opened_at", "acted_at")[: SAMPLE * 20]:
        if acted is not None and len(rows.setdefault(node, [])) < SAMPLE:
            rows[node].append((opened, acted))
    return {node: _said(spans) for node, spans in rows.items() if len(spans) >= ENOUGH}


def _said(spans: list[tuple[datetime, datetime]]) -> str:
    hours = median(working_time_between(opened, acted) / timedelta(hours=1) for opened, acted in spans)
    day = OFFICE_HOURS.length / timedelta(hours=1)
    if hours < 1:
        return f"通常 {max(5, ceil(hours * 12) * 5)} 分钟内处理"
    if hours <= day:
        return f"通常 {ceil(hours)} 小时内处理"
    return f"通常 {ceil(hours / day * 2) / 2:g} 个工作日内处理"
