"""What a new year does to times that were promised before: working time that is left stays the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Q

from jishu.platform.lib.calendar import Calendar, add_working_time, working_time_between
from jishu.platform.lib.clock import ZONE
from jishu.platform.workflow.models import Case, Pause, Task
from jishu.platform.workflow.pauses import is_span

UNDER_WAY = (Case.State.RUNNING, Case.State.HANDLING, Case.State.CONFIRMING)
_MOVE = """
    UPDATE {table} SET {column} = m.later
      FROM unnest(%s::timestamptz[], %s::timestamptz[]) AS m(earlier, later)
     WHERE {column} = m.earlier AND {rows}"""


@dataclass(frozen=True)
class Moves:
    """Where terms go when ``after`` takes the place of ``before`` at this moment."""

    before: Calendar
    after: Calendar
    at: datetime

    def changed(self) -> list[date]:
        """Days that become worked or free, of the years that differ."""
        years = {year for year in self.after.years if self.after.years[year] != self.before.years.get(year)}
        days = {day for one in years for side in (self.before, self.after) for day in side.years.get(one, {})}
        return sorted(day for day in days if self.before.is_working_day(day) != self.after.is_working_day(day))

    def since(self) -> datetime | None:
        """Terms before this stay; None when all do."""
        today = self.at.astimezone(ZONE).date()
        first = next((day for day in self.changed() if day >= today), None)
        return datetime.combine(first, time(), ZONE) if first else None

    def of(self, terms: Iterable[datetime]) -> dict[datetime, datetime]:
        """Those of the terms that move, and where to."""
        moved = {}
        for term in terms:
            left = working_time_between(self.at, term, by=self.before)
            if left > timedelta():
                then = add_working_time(self.at, left, by=self.after)
                if then != term:
                    moved[term] = then
        return moved


def cases_that_move(moves: Moves) -> tuple[int, dict[datetime, datetime]]:
    """How many cases get another deadline, and which terms go where."""
    since = moves.since()
    if since is None:
        return 0, {}
    ahead = Case.objects.filter(state__in=UNDER_WAY, deadline_at__gte=since)
    counted = dict(ahead.order_by().values_list("deadline_at").annotate(count=Count("id")))
    moved = moves.of(counted)
    return sum(counted[term] for term in moved), moved


def move_terms(moves: Moves) -> int:
    """Cases, to-dos and spans of waiting under way, set-based; how many cases it was."""
    count, moved = cases_that_move(moves)
    since = moves.since()
    if since is None:
        return 0
    states = ", ".join(f"'{one.value}'" for one in UNDER_WAY)
    _move("workflow_case", "deadline_at", f"state IN ({states})", moved)
    for column in ("due_at", "timer_at"):
        terms = Task.objects.filter(Q(**{f"{column}__gte": since}), turn=Task.Turn.OPEN).values_list(column, flat=True)
        _move("workflow_task", column, "turn = 'open'", moves.of(terms.distinct().order_by()))
    for pause in Pause.objects.filter(due_at__gte=since).select_related("case__definition"):
        if is_span(pause):
            assert pause.due_at is not None
            pause.due_at = moves.of([pause.due_at]).get(pause.due_at, pause.due_at)
            pause.save(update_fields=("due_at",))
    return count


def _move(table: str, column: str, rows: str, moved: dict[datetime, datetime]) -> None:
    if moved:
        with connection.cursor() as cursor:
            statement = _MOVE.format(table=table, column=column, rows=rows)
            cursor.execute(statement, [list(moved), list(moved.values())])
