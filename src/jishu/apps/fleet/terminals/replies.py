"""What the platform answers."""

from jishu.apps.fleet.jt808 import frames, messages
from jishu.apps.fleet.jt808.layout import Values

DONE, FAILED, WRONG, UNSUPPORTED = 0, 1, 2, 3
REGISTERED, CAR_TAKEN, NO_CAR, TERMINAL_TAKEN, NO_TERMINAL = 0, 1, 2, 3, 4


class Replies:
    """Frames to one terminal, with their serials running on."""

    __slots__ = ("_head", "_serial", "_terminal")

    def __init__(self, terminal: str) -> None:
        self._terminal = terminal
        self._serial = 0
        long = len(terminal) == 20
        self._head = b"\x80\x01" + (b"\x40\x05\x01" if long else b"\x00\x05") + bytes.fromhex(terminal)

    def _next(self, count: int = 1) -> int:
        serial = self._serial
        self._serial = (serial + count) & 0xFFFF
        return serial

    def general(self, named: bytes, result: int) -> bytes:
        """0x8001; `named` is serial and id of what is answered, as they came. Built by hand: one for every report."""
        raw = self._head + self._next().to_bytes(2, "big") + named + bytes((result,))
        return frames.FLAG + frames.escaped(raw + bytes((frames.checksum(raw),))) + frames.FLAG

    def message(self, message_id: int, **values: object) -> bytes:
        return self.said(message_id, values)[1]

    def said(self, message_id: int, values: Values) -> tuple[int, bytes]:
        """The serial the terminal will name in its answer, and the frames."""
        body = messages.write(message_id, 2019 if len(self._terminal) == 20 else 2013, values)
        serial = self._next(max(1, -(-len(body) // frames.MOST_BODY)))
        parts = frames.divided(message_id, self._terminal, serial, body)
        return serial, b"".join(map(frames.encode, parts))


def named(frame: frames.Frame) -> bytes:
    return frame.serial.to_bytes(2, "big") + frame.message_id.to_bytes(2, "big")
