"""One connection: bytes in, frames one after another, limits on everything a stranger could overdo."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import cast

from jishu.apps.fleet.jt808.assembly import Assembly
from jishu.apps.fleet.jt808.frames import Frame, parse
from jishu.apps.fleet.jt808.problems import Malformed
from jishu.apps.fleet.jt808.stream import Splitter

from . import replies
from .hub import Hub
from .replies import Replies
from .store import Known

_MOST_UNSENT = 256 * 1024
_MOST_BAD_IN_A_ROW = 200


class Connection(asyncio.Protocol):
    """Before it has signed in it may register, sign in and nothing else."""

    __slots__ = (
        "_assembly", "_bad", "_busy", "_kept", "_parts", "_received", "_splitter", "_stopped", "_tokens", "address",
        "answers", "awaited", "began", "credit_at", "failures", "heard_at", "hub", "phone", "terminal", "transport",
    )  # fmt: skip

    def __init__(self, hub: Hub, received: "Received") -> None:
        self.hub = hub
        self._received = received
        self.transport: asyncio.Transport | None = None
        self.terminal: Known | None = None
        self.phone = self.address = ""
        self.answers: Replies | None = None
        self.awaited: dict[int, int] = {}
        self.failures = 0
        self.began = self.heard_at = self.credit_at = time.monotonic()
        self._tokens = float(hub.limits.burst)
        self._splitter = Splitter()
        self._assembly: Assembly | None = None
        self._parts: dict[int, bytes] = {}
        self._kept: list[bytes] = []
        self._busy = self._stopped = False
        self._bad = 0

    # the network's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self.address = str((transport.get_extra_info("peername") or ("",))[0])[:45]
        if not self.hub.admits(self):
            self.transport.abort()

    def connection_lost(self, _error: Exception | None) -> None:
        self.transport = None
        self.hub.gone(self)

    def data_received(self, data: bytes) -> None:
        pieces = self._splitter.feed(data)
        if self._busy:
            self._kept += pieces
        else:
            self._work_off(pieces)

    def _work_off(self, pieces: list[bytes]) -> None:
        for number, piece in enumerate(pieces):
            try:
                frame = parse(piece)
                self._received(self, frame)
                self._bad = 0
            except Malformed as problem:
                self._spoilt(problem)
            if self._busy or self.transport is None:  # the answer to a question decides what may follow
                self._kept = pieces[number + 1 :] + self._kept
                break
        self._spend(len(pieces))

    def _spoilt(self, problem: Malformed) -> None:
        self.hub.counts[f"bad_{type(problem).__name__}"] += 1
        self._bad += 1
        if self._bad > _MOST_BAD_IN_A_ROW:
            self.close("garbage")

    # limits

    def _spend(self, frames: int) -> None:
        """A bucket of tokens; when it is empty the terminal is read on as soon as it has earned the next one."""
        now, limits = time.monotonic(), self.hub.limits
        if frames:
            self.heard_at = now
        self._tokens = min(limits.burst, self._tokens + (now - self.credit_at) * limits.rate) - frames
        self.credit_at = now
        if self._tokens < 0:
            self.hub.counts["slowed"] += 1
            self.stop_reading()
            asyncio.get_running_loop().call_later(-self._tokens / limits.rate, self.read_on)

    def stop_reading(self) -> None:
        if self.transport is not None and not self._stopped:
            self._stopped = True
            self.transport.pause_reading()

    def read_on(self) -> None:
        """Only when nothing else holds it back."""
        if self.transport is None or not self._stopped or self._busy or self.hub.batcher.full:
            return
        self._stopped = False
        self.transport.resume_reading()

    def overdue(self, now: float) -> str:
        """Why this connection should end, if it should."""
        limits = self.hub.limits
        if self.terminal is None and now - self.began > limits.sign_in_within:
            return "never_signed_in"
        if self._splitter.waiting and now - self.heard_at > limits.frame_within:
            return "frame_never_ended"
        return "silent" if now - self.heard_at > limits.silent_for else ""

    # questions to the database

    def ask(self, question: Coroutine[None, None, None]) -> None:
        """Nothing more is read until it is answered."""
        self._busy = True
        self.stop_reading()
        self.hub.run(self._answered(question))

    async def _answered(self, question: Coroutine[None, None, None]) -> None:
        try:
            await question
        finally:
            self._busy = False
            kept, self._kept = self._kept, []
            if self.transport is not None:
                self._work_off(kept)
                self.read_on()

    # answers

    def stored(self, reply: bytes) -> None:
        self._reply(reply, replies.DONE)

    def refused(self, reply: bytes) -> None:
        self._reply(reply, replies.FAILED)

    def _reply(self, named: bytes, result: int) -> None:
        """`named` is one message of four bytes, or several: the parts of one."""
        if self.transport is None or self.answers is None:
            return
        for at in range(0, len(named), 4):
            self.write(self.answers.general(named[at : at + 4], result))

    def write(self, data: bytes) -> None:
        if self.transport is None:
            return
        self.transport.write(data)
        if self.transport.get_write_buffer_size() > _MOST_UNSENT:  # it sends and never listens
            self.close("does_not_listen")

    def close(self, reason: str) -> None:
        self.hub.counts[f"closed_{reason}"] += 1
        if self.transport is not None:
            self.transport.abort()
            self.transport = None

    def part(self) -> None:
        """Close when everything is said."""
        if self.transport is not None:
            self.transport.close()

    # messages in parts

    def whole(self, frame: Frame) -> tuple[Frame | None, bytes]:
        """The message `frame` completes, and the names of all its parts."""
        if self._assembly is None:
            self._assembly = Assembly()
        assert frame.part is not None
        first = (frame.serial - frame.part[1] + 1) & 0xFFFF
        if first not in self._parts and len(self._parts) >= 8:
            self._parts.clear()
        self._parts[first] = self._parts.get(first, b"")[-4096:] + replies.named(frame)
        complete = self._assembly.add(frame)
        return complete, self._parts.pop(first) if complete is not None else b""


Received = Callable[[Connection, Frame], None]
