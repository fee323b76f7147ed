"""A day that is over becomes one compressed row per car and its table goes; late reports are sealed in afterwards."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import connection, transaction
from psycopg import sql

from jishu.platform.lib.clock import ZONE, today

from . import days, segments
from .models import SealedDay, TrackSegment
from .tracks import day_bounds, open_track

OPEN_DAYS = 3
"""Days before today that keep their tables: reports are rarely later."""
_LATE_AT_ONCE = 500


def seal_due() -> int:
    """Every day that is over for long enough, then what came late; returns how many segments were written."""
    written = sum(seal(day) for day in _open_days() if day < today() - timedelta(days=OPEN_DAYS))
    return written + sum(_seal_late(*each) for each in list(_late())[:_LATE_AT_ONCE])


def _open_days() -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD') FROM pg_inherits "
            "WHERE inhparent = 'fleet_position'::regclass AND inhrelid::regclass::text ~ '^fleet_position_[0-9]{8}$' "
            "ORDER BY 1"
        )
        return [day for (day,) in cursor.fetchall()]


def seal(day: date) -> int:
    """First car by car with the table in use, then under lock whatever came meanwhile, and the table goes."""
    written = sum(_seal_car(vehicle, day) for vehicle, _ in _counted(day))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("LOCK TABLE ONLY {} IN ACCESS EXCLUSIVE MODE").format(_table(day)))
        known = dict(TrackSegment.objects.filter(day=day).values_list("vehicle_id", "count"))
        written += sum(_seal_car(vehicle, day) for vehicle, count in _counted(day) if known.get(vehicle, 0) < count)
        cursor.execute(sql.SQL("ALTER TABLE fleet_position DETACH PARTITION {}").format(_table(day)))
        cursor.execute(sql.SQL("DROP TABLE {}").format(_table(day)))
        SealedDay.objects.get_or_create(day=day)
    return written


def _table(day: date) -> sql.Identifier:
    return sql.Identifier(days.name_of(day))


def _counted(day: date) -> list[tuple[int, int]]:
    """Cars and how many positions of theirs the day's table holds. Cars that were deleted are not kept."""
    counting = (
        "SELECT p.vehicle_id, count(*) FROM {} p JOIN fleet_vehicle v ON v.id = p.vehicle_id GROUP BY 1 ORDER BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(counting).format(_table(day)))
        return list(cursor.fetchall())


def _seal_car(vehicle: int, day: date) -> int:
    """What is open joins what is sealed."""
    with transaction.atomic():
        sealed = TrackSegment.objects.select_for_update().filter(vehicle_id=vehicle, day=day).first()
        parts = [open_track(vehicle, *day_bounds(day))]
        if sealed is not None:
            parts.insert(0, segments.unpacked(bytes(sealed.packed)))
        track = segments.merged(*parts)
        if not len(track["time"]):
            return 0
        TrackSegment.objects.update_or_create(
            vehicle_id=vehicle, day=day, defaults={"count": len(track["time"]), "packed": segments.packed(track)}
        )
    return 1


def _late() -> Iterator[tuple[int, date]]:
    """Cars and days with reports that came after the day was sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT vehicle_id, (time AT TIME ZONE %s)::date FROM fleet_position_rest "
            "WHERE time < %s ORDER BY 1, 2",
            [str(ZONE), day_bounds(today() - timedelta(days=OPEN_DAYS))[0]],
        )
        yield from cursor.fetchall()


def _seal_late(vehicle: int, day: date) -> int:
    start, end = day_bounds(day)
    with transaction.atomic(), connection.cursor() as cursor:
        # Only what is sealed now may go: later ones wait for the next time.
        cursor.execute(
            "SELECT time FROM fleet_position_rest WHERE vehicle_id = %s AND time >= %s AND time < %s FOR UPDATE",
            [vehicle, start, end],
        )
        times = [time for (time,) in cursor.fetchall()]
        known = cursor.execute("SELECT 1 FROM fleet_vehicle WHERE id = %s", [vehicle]).fetchone()
        written = _seal_car(vehicle, day) if known else 0
        cursor.execute("DELETE FROM fleet_position_rest WHERE vehicle_id = %s AND time = ANY(%s)", [vehicle, times])
    return written
