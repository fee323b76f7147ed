"""Many terminals in one process: each reports again as soon as it is answered; prints one JSON of what it saw."""

import asyncio
import json
import sys
import time
from datetime import datetime, timedelta
from itertools import islice

import uvloop

from jishu.apps.fleet.jt808.positions import BASE
from jishu.apps.fleet.terminals.client import Client, numbered

FIRST_PHONE = 13_900_000_000
CODE = "bench"
_AT_ONCE = 100
_TAIL = b"\x01\x04\x00\x01\xe2\x40\x30\x01\x1f\x31\x01\x0c"


class Terminal(asyncio.Protocol):
    """One frame at a time: what a segment of the network carries."""

    def __init__(self, client: Client, times: list[bytes], until: float, waits: list[float]) -> None:
        self._client, self._times, self._until, self._waits = client, times, until, waits
        self._count, self._sent_at = 0, 0.0
        self.transport = client.writer.transport
        self.transport.set_protocol(self)

    def report(self) -> None:
        self._count += 1
        when = self._times[self._count % len(self._times)]
        body = BASE.pack(0, 3, 28_650_000 + self._count, 121_420_000, 12, 456, 90, when) + _TAIL
        self._sent_at = time.perf_counter()
        self.transport.write(self._client.frame(0x0200, body))

    def data_received(self, _data: bytes) -> None:
        now = time.perf_counter()
        self._waits.append(now - self._sent_at)
        if now < self._until:
            self.report()


async def connected(port: int, count: int) -> list[Client]:
    several = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> Client:
        async with several:
            client = await Client.connected(
                "127.0.0.1", port, numbered(str(FIRST_PHONE + number), modern=number % 2 == 0)
            )
            await client.signed_in(CODE)
            return client

    return list(await asyncio.gather(*(one(number) for number in range(1, count + 1))))


async def main(port: int, count: int, seconds: float) -> None:
    clients = await connected(port, count)
    print("ready", flush=True)
    for _ in islice(sys.stdin, 1):  # until we are told to begin
        pass
    since = datetime.now().astimezone() - timedelta(hours=9)
    times = [bytes.fromhex(f"{since + timedelta(seconds=step):%y%m%d%H%M%S}") for step in range(30_000)]
    waits: list[float] = []
    began = time.perf_counter()
    terminals = [Terminal(client, times, began + seconds, waits) for client in clients]
    for terminal in terminals if seconds else ():
        terminal.report()
    await asyncio.sleep(seconds + 2)
    waits.sort()
    late = waits[int(len(waits) * 0.99)] if waits else 0.0
    print(json.dumps({"acknowledged": len(waits), "seconds": seconds, "p99": late}), flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
