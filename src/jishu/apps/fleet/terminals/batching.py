"""Positions of all terminals are stored together; nothing is acknowledged before it is durable."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import psycopg

log = logging.getLogger("jishu.gateway")

LINGER = 0.05
"""Seconds the first report of a batch waits for others."""
MOST_IN_BATCH = 4000
HIGH, LOW = 40_000, 10_000
"""Rows held while the database is away; above the first nothing more is read from the network."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0


class Saves(Protocol):
    async def save(self, rows: Sequence[bytes], heard: Sequence[int] = ()) -> None: ...


class Waiting(Protocol):
    """Who is told that what it sent is stored, or that it cannot be."""

    def stored(self, reply: bytes) -> None: ...

    def refused(self, reply: bytes) -> None: ...


Item = tuple[tuple[bytes, ...], Waiting, bytes]
"""Rows of one message, who sent it, and what the reply needs to name it."""


class Batcher:
    def __init__(self, store: Saves, *, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        self._store, self._pause, self._resume = store, pause, resume
        self._items: list[Item] = []
        self._rows = 0
        self._heard: set[int] = set()
        self._wake = asyncio.Event()
        self.full = False
        """Nothing more should be read for now."""
        self._ending = False
        self.saved = self.lost = self.batches = 0
        self.failing_since: float | None = None

    @property
    def held(self) -> int:
        return self._rows

    def add(self, rows: tuple[bytes, ...], sender: Waiting, reply: bytes) -> None:
        self._items.append((rows, sender, reply))
        self._rows += len(rows)
        self._wake.set()
        if self._rows > HIGH and not self.full:
            self.full = True
            self._pause()

    def heard(self, vehicle: int) -> None:
        self._heard.add(vehicle)

    async def run(self) -> None:
        """Until `end`, and then until nothing is left."""
        while not (self._ending and not self._items):
            await self._wake.wait()
            self._wake.clear()
            if not self._ending and self._rows < MOST_IN_BATCH:
                await asyncio.sleep(LINGER)
            while self._items:
                await self._store_some()

    def end(self) -> None:
        self._ending = True
        self._wake.set()

    def _taken(self) -> list[Item]:
        """From the front, at least one message and about as many rows as one batch holds."""
        rows = messages = 0
        while messages < len(self._items) and rows < MOST_IN_BATCH:
            rows += len(self._items[messages][0])
            messages += 1
        return self._items[:messages]

    async def _store_some(self) -> None:
        batch, heard = self._taken(), list(self._heard)
        self._heard.clear()
        await self._save(batch, heard)
        del self._items[: len(batch)]
        self._rows -= sum(len(item[0]) for item in batch)
        if self.full and self._rows < LOW:
            self.full = False
            self._resume()

    async def _save(self, batch: list[Item], heard: list[int]) -> None:
        """However long the database is away; a row it will never take is found by halving."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._store.save([row for item in batch for row in item[0]], heard)
            except (psycopg.DataError, psycopg.IntegrityError) as problem:
                await self._save_halves(batch, problem)
                return
            except psycopg.Error as problem:
                self._note(problem)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self._done(batch)
                return

    async def _save_halves(self, batch: list[Item], problem: psycopg.Error) -> None:
        if len(batch) == 1:
            log.error("不能入库的一条消息已丢弃：%s", problem)
            self.lost += len(batch[0][0])
            batch[0][1].refused(batch[0][2])
            return
        middle = len(batch) // 2
        await self._save(batch[:middle], [])
        await self._save(batch[middle:], [])

    def _note(self, problem: psycopg.Error) -> None:
        if self.failing_since is None:
            self.failing_since = time.monotonic()
            log.warning("数据库暂不可用，定位先存在内存：%s", problem)

    def _done(self, batch: list[Item]) -> None:
        if self.failing_since is not None:
            log.warning("数据库已恢复，中断 %.0f 秒。", time.monotonic() - self.failing_since)
            self.failing_since = None
        self.batches += 1
        for rows, sender, reply in batch:
            self.saved += len(rows)
            sender.stored(reply)
