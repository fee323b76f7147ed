"""A terminal as a program: what simulation, tests and benchmarks connect to the gateway with."""

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field

from jishu.apps.fleet.jt808 import frames, messages
from jishu.apps.fleet.jt808.positions import Position
from jishu.apps.fleet.jt808.stream import Splitter


class Refused(Exception):
    """The gateway knows this terminal not, or not like this."""


@dataclass
class Client:
    """Speaks the edition its number has: 12 digits until 2013, 20 since 2019."""

    terminal: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    serial: int = 0
    _splitter: Splitter = field(default_factory=Splitter)
    _arrived: deque[frames.Frame] = field(default_factory=deque)

    @classmethod
    async def connected(cls, host: str, port: int, terminal: str) -> "Client":
        reader, writer = await asyncio.open_connection(host, port)
        return cls(terminal, reader, writer)

    @property
    def edition(self) -> int:
        return 2019 if len(self.terminal) == 20 else 2013

    def frame(self, message_id: int, body: bytes = b"") -> bytes:
        self.serial = (self.serial + 1) & 0xFFFF
        return frames.encode(frames.made(message_id, self.terminal, self.serial, body))

    def send(self, message_id: int, body: bytes = b"") -> int:
        self.writer.write(self.frame(message_id, body))
        return self.serial

    async def next(self, within: float = 10) -> frames.Frame:
        """The next frame from the platform; `EOFError` when it has closed."""
        async with asyncio.timeout(within):
            while not self._arrived:
                data = await self.reader.read(65536)
                if not data:
                    raise EOFError
                self._arrived += map(frames.parse, self._splitter.feed(data))
        return self._arrived.popleft()

    async def answered(self, serial: int, within: float = 10) -> int:
        """The result of the general reply to `serial`; other frames are passed over."""
        while True:
            frame = await self.next(within)
            if frame.message_id == 0x8001 and frame.body[:2] == serial.to_bytes(2, "big"):
                return frame.body[4]

    async def registered(self, number: str, plate: str = "") -> str:
        """The code to sign in with."""
        told = {
            "province": 33, "city": 1001, "maker": "JISHU", "model": "SIM", "terminal_id": number[-7:],
            "colour": 1 if plate else 0, "plate": plate,
        }  # fmt: skip
        if self.edition == 2019:
            told["terminal_id"] = number
        self.send(0x0100, messages.write(0x0100, self.edition, told))
        frame = await self.next()
        values = messages.read(frame.message_id, self.edition, frame.body)
        if frame.message_id != 0x8100 or values["result"]:
            raise Refused(str(values.get("result")))
        return str(values["code"])

    async def signed_in(self, code: str) -> None:
        told = {"code": code} if self.edition == 2013 else {"code": code, "imei": "0" * 15, "software": "1"}
        if await self.answered(self.send(0x0102, messages.write(0x0102, self.edition, told))):
            raise Refused

    def report(self, position: Position) -> int:
        return self.send(0x0200, position.write())

    def batch(self, positions: list[Position]) -> int:
        return self.send(
            0x0704, messages.write(0x0704, self.edition, {"total": len(positions), "type": 1, "positions": positions})
        )

    def close(self) -> None:
        self.writer.close()


def numbered(phone: str, *, modern: bool) -> str:
    """The digits in the header for a phone number."""
    return phone.zfill(20 if modern else 12)


def jittered(seconds: float) -> float:
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 — so that not all ask at once
