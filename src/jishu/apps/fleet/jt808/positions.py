"""The position report 0x0200: 28 bytes and additional items; what every other message about a place contains too."""

from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from .problems import BadBody

BASE = Struct(">IIIIHHH6s")
BEIJING = timezone(timedelta(hours=8))
_BEIJING_SECONDS = 8 * 3600
SOUTH, WEST, FIXED = 1 << 2, 1 << 3, 1 << 1
MILEAGE, FUEL = 0x01, 0x02


class Row(NamedTuple):
    """A report as it is stored: whole numbers only, south and west negative."""

    moment: int | None
    """Seconds since 1970; None when the terminal's clock said nothing that is a time."""
    latitude: int
    longitude: int
    """Millionths of a degree, WGS-84."""
    altitude: int
    speed: int
    """Tenths of km/h."""
    direction: int
    status: int
    alarm: int
    mileage: int | None
    """Tenths of a kilometre."""
    fuel: int | None
    """Tenths of a litre."""


@dataclass(frozen=True, slots=True)
class Position:
    """A report with nothing left out: it can be written back byte for byte."""

    alarm: int
    status: int
    latitude: int
    longitude: int
    altitude: int
    speed: int
    direction: int
    time: bytes
    items: tuple[tuple[int, bytes], ...] = ()
    tail: bytes = b""
    """The last item when the report ends in the middle of it."""

    @classmethod
    def read(cls, data: bytes) -> "Position":
        if len(data) < BASE.size:
            raise BadBody
        alarm, status, latitude, longitude, altitude, speed, direction, time = BASE.unpack_from(data)
        items, at = [], BASE.size
        while at + 2 <= len(data) and at + 2 + data[at + 1] <= len(data):
            end = at + 2 + data[at + 1]
            items.append((data[at], data[at + 2 : end]))
            at = end
        return cls(alarm, status, latitude, longitude, altitude, speed, direction, time, tuple(items), data[at:])

    def write(self) -> bytes:
        base = BASE.pack(
            self.alarm, self.status, self.latitude, self.longitude, self.altitude, self.speed, self.direction, self.time
        )
        return base + b"".join(bytes((key, len(value))) + value for key, value in self.items) + self.tail

    @property
    def moment(self) -> datetime | None:
        seconds = seconds_of(self.time)
        return None if seconds is None else datetime.fromtimestamp(seconds, BEIJING)

    def row(self) -> Row:
        return row_of(self.write())


def row_of(data: bytes) -> Row:
    """The way of the gateway: nothing is built that is not stored."""
    if len(data) < BASE.size:
        raise BadBody
    alarm, status, latitude, longitude, altitude, speed, direction, time = BASE.unpack_from(data)
    mileage = fuel = None
    at, end = BASE.size, len(data)
    while at + 2 <= end:
        key, size = data[at], data[at + 1]
        at += 2 + size
        if at > end:
            break
        if key == MILEAGE and size == 4:
            mileage = int.from_bytes(data[at - 4 : at], "big")
        elif key == FUEL and size == 2:
            fuel = data[at - 2] << 8 | data[at - 1]
    return Row(
        seconds_of(time),
        -latitude if status & SOUTH else latitude,
        -longitude if status & WEST else longitude,
        altitude - 0x10000 if altitude & 0x8000 else altitude,
        speed, direction, status, alarm, mileage, fuel,
    )  # fmt: skip


_TWO_DIGITS: tuple[int | None, ...] = tuple(
    (byte >> 4) * 10 + (byte & 15) if byte >> 4 < 10 and byte & 15 < 10 else None for byte in range(256)
)


def seconds_of(time: bytes) -> int | None:
    """Six packed decimals of Beijing time as seconds since 1970."""
    midnight = _midnight(time[:3])
    hour, minute, second = _TWO_DIGITS[time[3]], _TWO_DIGITS[time[4]], _TWO_DIGITS[time[5]]
    if midnight is None or hour is None or minute is None or second is None:
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    return midnight + hour * 3600 + minute * 60 + second


@lru_cache(maxsize=512)
def _midnight(date: bytes) -> int | None:
    try:
        day = datetime.strptime(f"20{date.hex()}", "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return timegm(day.timetuple()) - _BEIJING_SECONDS


def packed_time(moment: datetime) -> bytes:
    return bytes.fromhex(moment.astimezone(BEIJING).strftime("%y%m%d%H%M%S"))


class PositionKind:
    """A report inside another message: the rest of it, or `size` bytes."""

    def __init__(self, size: int | None = None) -> None:
        self._size = size

    def read(self, data: bytes, at: int) -> tuple[Position, int]:
        end = len(data) if self._size is None else at + self._size
        return Position.read(data[at:end]), end

    def write(self, value: Position) -> bytes:
        return value.write()


class CountedPosition:
    """A report after the number of its bytes, as in 0x0704."""

    def read(self, data: bytes, at: int) -> tuple[Position, int]:
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            raise BadBody
        return Position.read(data[at + 2 : end]), end

    def write(self, value: Position) -> bytes:
        written = value.write()
        return len(written).to_bytes(2, "big") + written
