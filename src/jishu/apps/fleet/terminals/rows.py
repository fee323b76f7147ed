"""A position report becomes a row of fleet_position, written as PostgreSQL's binary COPY wants it."""

from struct import Struct

from jishu.apps.fleet.jt808.positions import row_of

COLUMNS = (
    "time", "vehicle_id", "latitude", "longitude", "status", "alarm", "mileage", "altitude", "speed", "direction",
    "fuel", "flags",
)  # fmt: skip
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
_ROW = Struct(">h iq ii ii ii iI iI ii ih ih ih ih ih".replace(" ", ""))
_PG_EPOCH = 946_684_800
_HIGHEST = 0x7FFF
_LATE = 600  # seconds
_AHEAD = 600
_OLDEST = 400 * 86_400
_LATITUDE, _LONGITUDE = 90_000_000, 180_000_000
NONE = -1
"""Mileage or fuel that was not reported; NULL in the table."""


class Flag:
    """Plain numbers: an enum costs more than all the rest of a row."""

    CLOCK = 1
    """The terminal's clock was wrong: the time is when the report arrived."""
    LATE = 2
    """Arrived more than ten minutes after it was measured."""
    BATCHED = 4
    """From a batch (0x0704), as after a stretch without network."""
    NOWHERE = 8
    """The coordinates were none; they are stored as 0, 0."""


def packed(vehicle: int, report: bytes, now: float, flags: int = 0) -> bytes:
    """The row for `report`, which arrived at `now`; raises `BadBody` when it is too short to be one."""
    moment, latitude, longitude, altitude, speed, direction, status, alarm, mileage, fuel = row_of(report)
    if moment is None or moment > now + _AHEAD or moment < now - _OLDEST:
        flags |= Flag.CLOCK
        micros = int((now - _PG_EPOCH) * 1_000_000)
    else:
        micros = (moment - _PG_EPOCH) * 1_000_000
        if moment < now - _LATE:
            flags |= Flag.LATE
    if not (-_LATITUDE <= latitude <= _LATITUDE and -_LONGITUDE <= longitude <= _LONGITUDE):
        latitude = longitude = 0
        flags |= Flag.NOWHERE
    return _ROW.pack(
        12, 8, micros, 4, vehicle, 4, latitude, 4, longitude, 4, status, 4, alarm,
        4, NONE if mileage is None else min(mileage, 0x7FFFFFFF), 2, altitude,
        2, speed if speed < _HIGHEST else _HIGHEST, 2, direction if direction < _HIGHEST else _HIGHEST,
        2, NONE if fuel is None else min(fuel, _HIGHEST), 2, flags,
    )  # fmt: skip
