"""Messages in several frames are put together; what never becomes complete costs a bounded amount of memory."""

from dataclasses import dataclass, field

from .frames import Frame

MOST_PARTS = 256
MOST_BYTES = 256 * 1024
MOST_OPEN = 4
"""Messages of one terminal being put together at once."""


@dataclass(slots=True)
class _Open:
    total: int
    pieces: dict[int, bytes] = field(default_factory=dict)


class Assembly:
    """For one terminal. The parts of a message carry its id and serials that run on."""

    __slots__ = ("_open", "dropped")

    def __init__(self) -> None:
        self._open: dict[tuple[int, int], _Open] = {}
        self.dropped = 0

    def add(self, frame: Frame) -> Frame | None:
        """The whole message as one frame with the first part's serial, once its last part is here."""
        if frame.part is None:
            return frame
        total, number = frame.part
        if total > MOST_PARTS:
            self.dropped += 1
            return None
        first = (frame.serial - number + 1) & 0xFFFF
        message = self._message(frame.message_id, first, total)
        message.pieces[number] = frame.body
        if sum(map(len, message.pieces.values())) > MOST_BYTES:
            self._drop((frame.message_id, first))
            return None
        if len(message.pieces) < total:
            return None
        del self._open[frame.message_id, first]
        body = b"".join(message.pieces[each] for each in range(1, total + 1))
        return frame._replace(serial=first, body=body)

    def _message(self, message_id: int, first: int, total: int) -> _Open:
        key = (message_id, first)
        found = self._open.get(key)
        if found is not None and found.total == total:
            return found
        if found is not None:
            self._drop(key)
        elif len(self._open) >= MOST_OPEN:
            self._drop(next(iter(self._open)))
        return self._open.setdefault(key, _Open(total))

    def _drop(self, key: tuple[int, int]) -> None:
        del self._open[key]
        self.dropped += 1

    @property
    def held(self) -> int:
        """Bytes kept for messages that are not complete."""
        return sum(len(piece) for message in self._open.values() for piece in message.pieces.values())
