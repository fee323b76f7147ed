"""A message is declared once, as a row of fields; reading and writing both follow the declaration, byte for byte."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from .problems import BadBody

Values = dict[str, Any]


class Kind(Protocol):
    """How one value stands in the bytes."""

    def read(self, data: bytes, at: int) -> tuple[Any, int]: ...

    def write(self, value: Any) -> bytes: ...


def taken(data: bytes, at: int, size: int) -> bytes:
    piece = data[at : at + size]
    if len(piece) < size:
        raise BadBody
    return piece


@dataclass(frozen=True, slots=True)
class Number:
    size: int

    def read(self, data: bytes, at: int) -> tuple[int, int]:
        return int.from_bytes(taken(data, at, self.size), "big"), at + self.size

    def write(self, value: int) -> bytes:
        return value.to_bytes(self.size, "big")


U8, U16, U32 = Number(1), Number(2), Number(4)


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes nobody but the maker understands, or packed decimals: as hexadecimal. No size: all that is left."""

    size: int | None = None

    def read(self, data: bytes, at: int) -> tuple[str, int]:
        piece = data[at:] if self.size is None else taken(data, at, self.size)
        return piece.hex(), at + len(piece)

    def write(self, value: str) -> bytes:
        return bytes.fromhex(value)


REST = Raw()


def text_of(piece: bytes) -> Any:
    """GBK, or the bytes themselves where they are not text that could be written back."""
    try:
        text = piece.decode("gbk")
    except UnicodeDecodeError:
        return {"hex": piece.hex()}
    return text if text.encode("gbk") == piece else {"hex": piece.hex()}


def text_bytes(value: Any) -> bytes:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value.encode("gbk")


@dataclass(frozen=True, slots=True)
class Text:
    """A string filled up with zero bytes; no size: all that is left, as it is."""

    size: int | None = None

    def read(self, data: bytes, at: int) -> tuple[Any, int]:
        if self.size is None:
            return text_of(data[at:]), len(data)
        return text_of(taken(data, at, self.size).rstrip(b"\0")), at + self.size

    def write(self, value: Any) -> bytes:
        piece = text_bytes(value)
        if self.size is None:
            return piece
        if len(piece) > self.size:
            raise BadBody
        return piece.ljust(self.size, b"\0")


@dataclass(frozen=True, slots=True)
class Counted:
    """A string, or bytes, after the number of its bytes."""

    count: Number
    raw: bool = False

    def read(self, data: bytes, at: int) -> tuple[Any, int]:
        size, at = self.count.read(data, at)
        piece = taken(data, at, size)
        return piece.hex() if self.raw else text_of(piece), at + size

    def write(self, value: Any) -> bytes:
        piece = bytes.fromhex(value) if self.raw else text_bytes(value)
        return self.count.write(len(piece)) + piece


@dataclass(frozen=True, slots=True)
class Moment:
    """Six packed decimals of Beijing time; what is no time stays the digits it is, and all zeros mean none."""

    def read(self, data: bytes, at: int) -> tuple[str, int]:
        digits = taken(data, at, 6).hex()
        try:
            parsed = datetime.strptime(f"20{digits}+0800", "%Y%m%d%H%M%S%z")
        except ValueError:
            return digits, at + 6
        return parsed.isoformat(), at + 6

    def write(self, value: str) -> bytes:
        if "T" not in value:
            return bytes.fromhex(value)
        return bytes.fromhex(datetime.fromisoformat(value).strftime("%y%m%d%H%M%S"))


@dataclass(frozen=True, slots=True)
class Many:
    """Several of the same after their number; no number: until the bytes end."""

    of: "Kind | Layout"
    count: Number | None = None

    def read(self, data: bytes, at: int) -> tuple[list[Any], int]:
        values: list[Any] = []
        left = None
        if self.count is not None:
            left, at = self.count.read(data, at)
        while at < len(data) if left is None else len(values) < left:
            value, at = self.of.read(data, at)
            values.append(value)
        return values, at

    def write(self, value: list[Any]) -> bytes:
        count = b"" if self.count is None else self.count.write(len(value))
        return count + b"".join(map(self.of.write, value))


@dataclass(frozen=True, slots=True)
class Field:
    """`when` decides by the values before it; `optional` fields are there when bytes are left."""

    name: str
    kind: "Kind | Layout"
    when: Callable[[Values], bool] | None = None
    optional: bool = False

    def present(self, data: bytes, at: int, values: Values) -> bool:
        if self.when is not None and not self.when(values):
            return False
        return not self.optional or at < len(data)


@dataclass(frozen=True, slots=True)
class Layout:
    fields: tuple[Field, ...] = ()

    def read(self, data: bytes, at: int = 0) -> tuple[Values, int]:
        values: Values = {}
        for field in self.fields:
            if field.present(data, at, values):
                values[field.name], at = field.kind.read(data, at)
        return values, at

    def write(self, value: Values) -> bytes:
        return b"".join(field.kind.write(value[field.name]) for field in self.fields if field.name in value)


def layout(**kinds: "Kind | Layout | Field") -> Layout:
    """Fields by their names, in order."""
    return Layout(tuple(kind if isinstance(kind, Field) else Field(name, kind) for name, kind in kinds.items()))
