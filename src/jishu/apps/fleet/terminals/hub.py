"""Who is connected: all connections of this process, one session per terminal, and what they share."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Coroutine
from typing import Any, Protocol

import psycopg

from jishu.apps.fleet.jt808.frames import Frame

from .batching import Batcher
from .limits import Limits
from .replies import Replies
from .store import Known, Store

log = logging.getLogger("jishu.gateway")


class Peer(Protocol):
    """The other end, as those see it who decide what it may say."""

    terminal: Known | None
    answers: Replies | None
    phone: str
    awaited: dict[int, int]
    """Downlinks by the serial the terminal will name in its answer."""
    failures: int
    address: str

    def stop_reading(self) -> None: ...

    def read_on(self) -> None: ...

    def overdue(self, now: float) -> str: ...

    def stored(self, reply: bytes) -> None: ...

    def refused(self, reply: bytes) -> None: ...

    def write(self, data: bytes) -> None: ...

    def close(self, reason: str) -> None: ...

    def part(self) -> None: ...

    def ask(self, question: Coroutine[None, None, None]) -> None: ...

    def whole(self, frame: Frame) -> tuple[Frame | None, bytes]: ...


class Hub:
    """The newest session of a terminal wins."""

    def __init__(self, limits: Limits, store: Store) -> None:
        self.limits, self.store = limits, store
        self.connections: set[Peer] = set()
        self.sessions: dict[int, Peer] = {}
        self.counts: Counter[str] = Counter()
        self.batcher = Batcher(store, pause=self._pause, resume=self._resume)
        self._tasks: set[asyncio.Task[None]] = set()
        self._now, self._tick = time.time(), 0.0

    # connections

    def admits(self, connection: Peer) -> bool:
        if len(self.connections) >= self.limits.connections:
            self.counts["turned_away"] += 1
            return False
        self.connections.add(connection)
        if self.batcher.full:
            connection.stop_reading()
        return True

    def enter(self, connection: Peer, known: Known) -> None:
        """Signed in; whoever was there as this terminal, or this connection as another, is no more."""
        if connection not in self.connections:  # gone while the database was asked
            return
        self._leave(connection)
        before = self.sessions.get(known.id)
        if before is not None:
            before.close("newer_session")
        connection.terminal = known
        self.sessions[known.id] = connection

    def _leave(self, connection: Peer) -> None:
        terminal = connection.terminal
        if terminal is not None and self.sessions.get(terminal.id) is connection:
            del self.sessions[terminal.id]

    def gone(self, connection: Peer) -> None:
        self.connections.discard(connection)
        self._leave(connection)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside the others; a database that is away is somebody else's news, and the terminal will ask again."""
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except psycopg.Error as problem:
            self.counts["database_errors"] += 1
            log.warning("询问数据库失败：%s", problem)

    def _pause(self) -> None:
        for connection in self.connections:
            connection.stop_reading()

    def _resume(self) -> None:
        for connection in self.connections:
            connection.read_on()

    def sweep(self) -> None:
        now = time.monotonic()
        for connection in tuple(self.connections):
            if reason := connection.overdue(now):
                connection.close(reason)

    def clock(self) -> float:
        """The time of day; asked of the system once in ten milliseconds at most."""
        tick = asyncio.get_running_loop().time()
        if tick - self._tick > 0.01:
            self._tick, self._now = tick, time.time()
        return self._now
