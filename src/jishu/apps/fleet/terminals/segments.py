"""A car's day of positions as a few hundred bytes: differences, folded signs, bytes of one rank together, zstandard."""

from struct import Struct

import numpy as np
import zstandard
from numpy.typing import NDArray

# Every column is a whole number; times are milliseconds since 1970. What was not reported is NONE.
COLUMNS = (
    "time", "latitude", "longitude", "altitude", "speed", "direction", "status", "alarm", "mileage", "fuel", "flags",
)  # fmt: skip
NONE = -1
_HEAD = Struct("<2sHI")
_MARK = b"T1"
_LEVEL = 9
_MOST = 1_000_000
_TIME_STEP = 1000

Track = dict[str, NDArray[np.int64]]
"""Columns of equal length, in order of time."""


class Damaged(Exception):
    """This is no segment, or not all of it."""


def empty() -> Track:
    return {name: np.empty(0, np.int64) for name in COLUMNS}


def packed(track: Track) -> bytes:
    """Whole seconds are kept as seconds; a track with parts of seconds costs a byte or two more per position."""
    whole = not (track["time"] % _TIME_STEP).any()
    columns = [track[name] // _TIME_STEP if name == "time" and whole else track[name] for name in COLUMNS]
    body = b"".join(_folded(column) for column in columns)
    head = _HEAD.pack(_MARK, int(whole), len(columns[0]))
    return head + zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True).compress(body)


def unpacked(blob: bytes) -> Track:
    if len(blob) < _HEAD.size:
        raise Damaged
    mark, whole, count = _HEAD.unpack_from(blob)
    if mark != _MARK or count > _MOST:
        raise Damaged
    size = 8 * count * len(COLUMNS)
    try:
        body = zstandard.ZstdDecompressor().decompress(blob[_HEAD.size :], max_output_size=size)
    except zstandard.ZstdError as problem:
        raise Damaged from problem
    if len(body) != size:
        raise Damaged
    step = 8 * count
    track = {name: _unfolded(body[at * step : (at + 1) * step], count) for at, name in enumerate(COLUMNS)}
    if whole:
        track["time"] *= _TIME_STEP
    return track


def _folded(column: NDArray[np.int64]) -> bytes:
    """Differences, small whatever their sign, their lowest bytes first, then all second ones …: mostly zeros."""
    steps = np.diff(column, prepend=np.int64(0))
    small = (steps << 1) ^ (steps >> 63)
    return np.ascontiguousarray(small).view(np.uint8).reshape(-1, 8).T.tobytes()


def _unfolded(body: bytes, count: int) -> NDArray[np.int64]:
    small = np.frombuffer(body, np.uint8).reshape(8, count).T.copy().view(np.uint64).reshape(count)
    steps = (small >> np.uint64(1)).astype(np.int64) ^ -(small & np.uint64(1)).astype(np.int64)
    return np.cumsum(steps, dtype=np.int64)


def merged(*tracks: Track) -> Track:
    """In order of time, each moment once; of two reports of one moment the earlier argument's stays."""
    filled = [track for track in tracks if len(track["time"])]
    if len(filled) == 1 and (np.diff(filled[0]["time"]) > 0).all():  # as a sealed day is, and most reading is of one
        return filled[0]
    joined = {name: np.concatenate([track[name] for track in tracks]) for name in COLUMNS}
    _, first = np.unique(joined["time"], return_index=True)
    return {name: column[first] for name, column in joined.items()}
