"""A stream of bytes in pieces of any size becomes frames; what is no frame is passed over and counted."""

from .frames import FLAG, LONGEST_ON_WIRE


class Splitter:
    """Never keeps more than one longest frame, whatever comes in."""

    __slots__ = ("_kept", "_skipping", "dropped")

    def __init__(self) -> None:
        self._kept = b""
        self._skipping = False
        self.dropped = 0
        """Over-long stretches without a flag."""

    def feed(self, data: bytes) -> list[bytes]:
        """The pieces between flags that are complete now. Between two frames stand two flags, or one for both."""
        if self._kept:
            data = self._kept + data
        *pieces, rest = data.split(FLAG)
        if self._skipping and pieces:
            pieces[0] = b""
            self._skipping = False
        if len(rest) > LONGEST_ON_WIRE:
            rest = b""
            self.dropped += not self._skipping
            self._skipping = True
        self._kept = rest
        return [piece for piece in pieces if piece]

    @property
    def waiting(self) -> bool:
        """Has a frame begun that did not end?"""
        return bool(self._kept) or self._skipping
