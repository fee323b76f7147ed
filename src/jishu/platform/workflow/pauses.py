"""等待: rows for the steps at which a case stands still until a time comes, or the item's code tells of something."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from jishu.platform.contract import Wait
from jishu.platform.lib.calendar import add_working_time, deadline, working_time_between
from jishu.platform.lib.clock import ZONE, now

from . import engine
from .engine import Effect, WaitBegan, WaitEnded, WaitHeld
from .models import Case, Pause
from .publishing import flow_of


def store_waits(case: Case, effects: Sequence[Effect]) -> None:
    """Rows for what a worker must look after; nothing at all where no wait is concerned."""
    for one in effects:
        if isinstance(one, WaitBegan):
            _begin(case, one)
        elif isinstance(one, WaitHeld):
            _hold(case, one.run.node)
        elif isinstance(one, WaitEnded):
            Pause.objects.filter(case=case, node=one.run.node).delete()


def _begin(case: Case, began: WaitBegan) -> None:
    step = _step(case, began.run.node)
    if began.again:
        row = Pause.objects.get(case=case, node=step.key)
        row.due_at = row.due_at if row.left is None else add_working_time(now(), row.left)
        row.left = None
        row.save(update_fields=("due_at", "left"))
    else:
        Pause.objects.create(case=case, node=step.key, began_at=now(), due_at=_due(step, case.values, now()))


def _hold(case: Case, node: str) -> None:
    """A span of working time stands still; a date of the calendar does not."""
    row, step = Pause.objects.get(case=case, node=node), _step(case, node)
    if row.due_at is not None and step.days:
        row.left, row.due_at = max(working_time_between(now(), row.due_at), timedelta()), None
        row.save(update_fields=("due_at", "left"))


def is_span(row: Pause) -> bool:
    """Whether it waits for working time only, and not for a date of the form."""
    step = _step(row.case, row.node)
    return bool(step.days) and not step.until


def _due(step: Wait, values: Mapping[str, Any], at: datetime) -> datetime | None:
    """The earliest of the times it waits for; a date that was not filled in is not waited for."""
    times = [deadline(at, step.days)] if step.days else []
    if step.until:
        times.append(_midnight(values.get(step.until)) or at)
    return min(times, default=None)


def _midnight(value: object) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(str(value)), time(), ZONE)
    except ValueError:
        return None


def _step(case: Case, node: str) -> Wait:
    assert case.definition is not None
    step = engine.plan_of(flow_of(case.definition)).steps[node]
    assert isinstance(step, Wait)
    return step
