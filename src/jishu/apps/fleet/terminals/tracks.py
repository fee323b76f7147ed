"""Reading a car's track wherever it lies: sealed segments, days that are open, late reports among the rest."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection

from jishu.platform.lib.clock import ZONE

from . import segments
from .models import TrackSegment
from .segments import Track

LONGEST = timedelta(days=32)
_SCALE = 1000
_OPEN = """
SELECT (extract(epoch FROM time) * 1000)::bigint, latitude, longitude, altitude, speed, direction, status, alarm,
       coalesce(mileage, -1), coalesce(fuel, -1), flags
FROM fleet_position WHERE vehicle_id = %s AND time >= %s AND time < %s ORDER BY time LIMIT 3000000
"""


class TooLong(ValueError):
    """一次最多查看三十二天的轨迹。"""


def track_of(vehicle: int, start: datetime, end: datetime) -> Track:
    """All positions from `start` until before `end`, in order."""
    if end - start > LONGEST:
        raise TooLong
    sealed = TrackSegment.objects.filter(
        vehicle_id=vehicle, day__gte=start.astimezone(ZONE).date(), day__lte=end.astimezone(ZONE).date()
    ).values_list("packed", flat=True)
    whole = segments.merged(open_track(vehicle, start, end), *(segments.unpacked(bytes(blob)) for blob in sealed))
    inside = (whole["time"] >= start.timestamp() * _SCALE) & (whole["time"] < end.timestamp() * _SCALE)
    return {name: column[inside] for name, column in whole.items()}


def open_track(vehicle: int, start: datetime, end: datetime) -> Track:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [vehicle, start, end])
        return _columns(cursor.fetchall())


def _columns(rows: Iterable[tuple[Any, ...]]) -> Track:
    table = np.array(list(rows), np.int64).reshape(-1, len(segments.COLUMNS))
    return {name: table[:, at].copy() for at, name in enumerate(segments.COLUMNS)}


def day_bounds(day: date) -> tuple[datetime, datetime]:
    start = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    return start, start + timedelta(days=1)
