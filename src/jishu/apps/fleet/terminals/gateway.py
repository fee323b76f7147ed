"""`jishu gateway`: terminals in cars connect here. Its own process without Django: small and quick."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable

import psycopg
import uvloop

from jishu.runtime.database import available
from jishu.runtime.environment import Environment
from jishu.runtime.problem import Problem

from . import days, metrics
from .connection import Connection
from .downlinks import Downlinks
from .hub import Hub
from .limits import Limits
from .receiving import Receiver
from .store import Store

log = logging.getLogger("jishu.gateway")

_SWEEP_EVERY, _CHECK_EVERY, _TELL_EVERY, _DAYS_EVERY = 5.0, 30.0, 60.0, 3600.0
_FLUSH_WITHIN = 6.0
_BACKLOG = 4096


class PortTaken(Problem):
    """网关不能监听 {bind}:{port}：{reason}。请改用 JISHU_GATEWAY_PORT 指定其他端口。"""


def main(_words: list[str]) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    limits = Limits.read()
    with available(Environment.read(), "jishu gateway") as url:
        uvloop.run(serve(limits, url))


async def serve(limits: Limits, url: str) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    hub = Hub(limits, Store(url))
    await _retried(lambda: days.open_ahead(url), stop)
    downlinks = Downlinks(hub)
    server = await _listening(hub, Receiver(hub, downlinks))
    storing = loop.create_task(hub.batcher.run())
    beside = [
        loop.create_task(_every(_SWEEP_EVERY, _swept(hub))),
        loop.create_task(_every(_CHECK_EVERY, downlinks.check)),
        loop.create_task(_every(_TELL_EVERY, _told(hub))),
        loop.create_task(_every(_DAYS_EVERY, lambda: days.open_ahead(url))),
        loop.create_task(_listen(hub, downlinks, url)),
    ]
    if limits.metrics_port:
        metrics.serve(hub, limits.metrics_port)
    gc.freeze()
    log.info("终端网关已就绪：%s:%d", limits.bind, limits.port)
    await stop.wait()
    await _end(hub, server, storing, beside)


async def _listening(hub: Hub, receiver: Receiver) -> asyncio.Server:
    limits = hub.limits
    try:
        return await asyncio.get_running_loop().create_server(
            lambda: Connection(hub, receiver.received), limits.bind, limits.port, backlog=_BACKLOG
        )
    except OSError as problem:
        raise PortTaken(bind=limits.bind, port=limits.port, reason=problem.strerror or problem) from problem


async def _end(
    hub: Hub, server: asyncio.Server, storing: "asyncio.Task[None]", beside: list["asyncio.Task[None]"]
) -> None:
    """Nothing new is read; what was read is stored and acknowledged; then everybody is let go."""
    server.close()
    for task in beside:
        task.cancel()
    for connection in hub.connections:
        connection.stop_reading()
    hub.batcher.end()
    done, _late = await asyncio.wait([storing], timeout=_FLUSH_WITHIN)
    if not done:
        log.warning("数据库没有恢复，%d 条未确认的定位留给终端重发。", hub.batcher.held)
    for connection in tuple(hub.connections):
        connection.part()
    await asyncio.sleep(0.1)
    storing.cancel()
    await hub.store.close()
    log.info("终端网关已停止：入库 %d 条。", hub.batcher.saved)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except psycopg.Error as problem:
            log.warning("数据库暂不可用：%s", problem)


async def _retried(work: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Until the database is there."""
    while not stop.is_set():
        try:
            await work()
        except psycopg.OperationalError as problem:
            log.warning("数据库暂不可用：%s", problem)
            await asyncio.sleep(1)
        else:
            return


def _swept(hub: Hub) -> Callable[[], Awaitable[None]]:
    async def sweep() -> None:
        hub.sweep()

    return sweep


def _told(hub: Hub) -> Callable[[], Awaitable[None]]:
    async def tell() -> None:
        log.info(
            "连接 %d，会话 %d，待入库 %d，已入库 %d，%s", len(hub.connections), len(hub.sessions), hub.batcher.held,
            hub.batcher.saved, "，".join(f"{name}={count}" for name, count in sorted(hub.counts.items())),
        )  # fmt: skip

    return tell


async def _listen(hub: Hub, downlinks: Downlinks, url: str) -> None:
    """Woken by the database when somebody wants something said to a terminal."""
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute("LISTEN jishu_downlink")
                await downlinks.send(list(hub.sessions))
                async for note in connection.notifies():
                    if note.payload.isdigit() and int(note.payload) in hub.sessions:
                        await downlinks.send([int(note.payload)])
        except psycopg.Error:
            await asyncio.sleep(2)
