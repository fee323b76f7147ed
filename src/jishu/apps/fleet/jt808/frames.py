"""Frames of JT/T 808: escaping, check byte, header of the editions 2011, 2013 and 2019, and the way back."""

from struct import Struct
from typing import NamedTuple

from .problems import BadChecksum, BadEscape, BadLength, BadPart, TooLong, TooShort

FLAG = b"\x7e"
MOST_BODY = 1023
_LONGEST_HEADER = 21
LONGEST = MOST_BODY + _LONGEST_HEADER + 1
LONGEST_ON_WIRE = 2 * LONGEST
"""Without the flags, when every byte had to be escaped."""

_HEAD = Struct(">HH")
_TWO = Struct(">HH")
_LENGTH = 0x03FF
_ENCRYPTION = 0x1C00
_IN_PARTS = 0x2000
_VERSIONED = 0x4000
_SHORT_ID, _LONG_ID = 6, 10


class Frame(NamedTuple):
    """One frame. `properties` is the header word as it came; its length bits are worked out anew when encoding."""

    message_id: int
    properties: int
    version: int | None
    """The protocol version byte of the edition 2019; None for the older ones, which have none."""
    terminal: str
    """As many digits as the header holds: 12, or 20 since 2019."""
    serial: int
    part: tuple[int, int] | None
    """(how many, which one counted from 1) of a message in several frames."""
    body: bytes

    @property
    def edition(self) -> int:
        return 2013 if self.version is None else 2019

    @property
    def encrypted(self) -> bool:
        return bool(self.properties & _ENCRYPTION)


def unescaped(wire: bytes) -> bytes:
    """`wire` is what stands between two flags."""
    if b"\x7d" not in wire:
        return wire
    if wire.count(b"\x7d") != wire.count(b"\x7d\x01") + wire.count(b"\x7d\x02"):
        raise BadEscape
    return wire.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")


def escaped(raw: bytes) -> bytes:
    return raw.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02")


def checksum(raw: bytes) -> int:
    """XOR of all bytes, by folding one long number in halves: ten times as fast as a loop."""
    folded = int.from_bytes(raw, "big")
    half = 4 << max(len(raw) - 1, 0).bit_length()
    while half >= 8:  # what is left above `half` never comes down into the last byte
        folded ^= folded >> half
        half >>= 1
    return folded & 0xFF


def parse(wire: bytes) -> Frame:
    """Judge and take apart what stood between two flags."""
    if len(wire) > LONGEST_ON_WIRE:
        raise TooLong
    raw = unescaped(wire)
    if len(raw) < _HEAD.size + _SHORT_ID + 3:
        raise TooShort
    if checksum(raw):
        raise BadChecksum
    message_id, properties = _HEAD.unpack_from(raw)
    size, in_parts = properties & _LENGTH, properties & _IN_PARTS
    header = len(raw) - 1 - size
    # Some terminals of 2019 forget the version bit: the length of what stands before the body tells as well.
    versioned = header == (21 if in_parts else 17)
    if header != (17 if versioned else 12) + (4 if in_parts else 0) or (properties & _VERSIONED and not versioned):
        raise BadLength
    start, digits = (5, _LONG_ID) if versioned else (4, _SHORT_ID)
    at = start + digits
    serial = raw[at] << 8 | raw[at + 1]
    part = _part(raw, at + 2) if in_parts else None
    terminal = raw[start:at].hex()
    return Frame(message_id, properties, raw[4] if versioned else None, terminal, serial, part, raw[header:-1])


def _part(raw: bytes, at: int) -> tuple[int, int]:
    total, number = _TWO.unpack_from(raw, at)
    if not 0 < number <= total:
        raise BadPart
    return total, number


def encode(frame: Frame) -> bytes:
    """The frame as it goes over the wire, flags included."""
    if len(frame.body) > MOST_BODY:
        raise TooLong
    properties = frame.properties & ~_LENGTH | len(frame.body)
    raw = _HEAD.pack(frame.message_id, properties)
    if frame.version is not None:
        raw += bytes((frame.version,))
    raw += bytes.fromhex(frame.terminal) + frame.serial.to_bytes(2, "big")
    if frame.part:
        raw += _TWO.pack(*frame.part)
    raw += frame.body
    return FLAG + escaped(raw + bytes((checksum(raw),))) + FLAG


def made(message_id: int, terminal: str, serial: int, body: bytes = b"") -> Frame:
    """A frame of our own to `terminal`, in the edition its number has."""
    versioned = len(terminal) == 2 * _LONG_ID
    properties = _VERSIONED if versioned else 0
    return Frame(message_id, properties, 1 if versioned else None, terminal, serial, None, body)


def divided(message_id: int, terminal: str, serial: int, body: bytes) -> list[Frame]:
    """As many frames as `body` needs, numbered on from `serial`."""
    if len(body) <= MOST_BODY:
        return [made(message_id, terminal, serial, body)]
    pieces = [body[at : at + MOST_BODY] for at in range(0, len(body), MOST_BODY)]
    return [
        whole._replace(properties=whole.properties | _IN_PARTS, part=(len(pieces), number))
        for number, piece in enumerate(pieces, 1)
        for whole in [made(message_id, terminal, (serial + number - 1) & 0xFFFF, piece)]
    ]
