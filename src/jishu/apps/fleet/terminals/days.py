"""Positions lie in one table a day, made ahead; late reports of a day that is sealed already lie in the rest."""

from datetime import UTC, date, datetime, timedelta

import psycopg
from psycopg import sql

from jishu.platform.lib.clock import ZONE, today

AHEAD, BEHIND = 3, 2
"""Days from today that have a table of their own before the first report comes."""


def name_of(day: date) -> str:
    return f"fleet_position_{day:%Y%m%d}"


def bounds(day: date) -> tuple[datetime, datetime]:
    """A day in China."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    return start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC)


async def open_ahead(url: str) -> None:
    """Never fails for what is there already. A day with reports in the rest stays there until it is sealed."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5) as connection:
        for offset in range(-BEHIND, AHEAD + 1):
            day = today() + timedelta(days=offset)
            try:
                await connection.execute(opening(day))
            except psycopg.errors.CheckViolation:
                continue


def opening(day: date) -> sql.Composed:
    """Does nothing when the day is open, or when it was sealed."""
    start, end = (sql.Literal(moment) for moment in bounds(day))
    return sql.SQL("SELECT fleet_open_day({}, {}, {})").format(sql.Literal(name_of(day)), start, end)
