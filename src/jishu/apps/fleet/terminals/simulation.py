"""`jishu fleet simulate`: terminals of the register drive about the demo district and report to the gateway."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg

from jishu.apps.fleet.jt808.positions import Position, packed_time
from jishu.platform.lib.clock import ZONE
from jishu.runtime.database import available
from jishu.runtime.environment import Environment
from jishu.runtime.problem import Problem

from .client import Client, Refused, jittered, numbered
from .limits import Limits
from .motion import Habits, track

_DAY = 86_400
_MOST = 20_000
_REGISTERED = """
SELECT t.phone, t.number, v.plate FROM fleet_terminal t JOIN fleet_vehicle v ON v.id = t.vehicle_id
WHERE t.status = 'active' ORDER BY t.id LIMIT %s
"""
_AGAIN_AFTER = 5.0
_GAP_EVERY, _GAP = 600, 240
"""With `gap`: every ten minutes four of them without network, then all at once."""


class NobodyToDrive(Problem):
    """没有在用的车载终端可模拟。请先装入演示区，或在“车载终端”里登记并启用终端。"""


class NotReachable(Problem):
    """连接不上网关 {host}:{port}。请先启动平台或运行 jishu gateway。"""


@dataclass
class Figures:
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    connected: int = 0
    waits: list[float] = field(default_factory=list)

    def told(self, seconds: float) -> str:
        waits = sorted(self.waits) or [0.0]
        middle, late = waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.99)] * 1000
        return (
            f"在线 {self.connected}，已发 {self.sent}，已确认 {self.acknowledged}"
            f"（{self.acknowledged / max(seconds, 0.001):.0f}/秒），"
            f"确认用时 p50 {middle:.0f} 毫秒、p99 {late:.0f} 毫秒，被拒 {self.refused}"
        )


class Codes:
    """What the gateway gave our terminals to sign in with, kept between runs where only we can read it."""

    def __init__(self, home: Path) -> None:
        self._path = home / "simulated-terminals.json"
        self._known: dict[str, str] = json.loads(self._path.read_text()) if self._path.exists() else {}

    def get(self, phone: str) -> str | None:
        return self._known.get(phone)

    def forget(self, phone: str) -> None:
        self._known.pop(phone, None)

    def keep(self, phone: str, code: str) -> None:
        self._known[phone] = code

    def store(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600)
        self._path.write_text(json.dumps(self._known))


def main(words: list[str]) -> None:
    asked = _asked(words)
    environment = Environment.read()
    with available(environment, "jishu fleet simulate") as url, psycopg.connect(url) as connection:
        known = connection.execute(_REGISTERED, (asked.terminals,)).fetchall()
    if not known:
        raise NobodyToDrive()
    codes = Codes(environment.home)
    try:
        asyncio.run(_drive(asked, known, codes))
    except KeyboardInterrupt:
        return
    finally:
        codes.store()


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="jishu fleet simulate", description="让登记在用的终端沿演示区道路行驶。")
    parser.add_argument("--terminals", type=_between(1, _MOST), default=60, help="终端数，默认 60")
    parser.add_argument("--host", default="127.0.0.1", help="网关地址")
    parser.add_argument("--port", type=_between(1, 65535), default=Limits.read().port, help="网关端口")
    parser.add_argument("--seconds", type=_between(1, _DAY), default=_DAY, help="行驶多久，默认一天")
    parser.add_argument("--every", type=_between(1, 300), default=10, help="几秒报一次位置，默认 10")
    parser.add_argument("--speed", type=_between(1, 1000), default=1, help="时间快几倍；定位时间随之加快")
    parser.add_argument("--seed", type=int, default=1, help="同一种子走同样的路")
    parser.add_argument(
        "--scenario", choices=("usual", "detour", "weekend", "gap"), default="usual",
        help="usual 平常；detour 中途偏离停留；weekend 上个周六用车；gap 断网后补报",
    )  # fmt: skip
    return parser.parse_args(words)


def _between(least: int, most: int) -> "type[int]":
    def number(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"应在 {least} 到 {most} 之间")
        return value

    return number  # type: ignore[return-value]


async def _drive(asked: argparse.Namespace, known: list[tuple[str, str, str]], codes: Codes) -> None:
    figures, began = Figures(), time.monotonic()
    cars = [
        asyncio.create_task(_Car(asked, number, codes, figures).run(*terminal)) for number, terminal in enumerate(known)
    ]
    while time.monotonic() - began < asked.seconds and not all(car.done() for car in cars):
        await asyncio.sleep(min(5.0, asked.seconds))
        sys.stdout.write(figures.told(time.monotonic() - began) + "\n")
        sys.stdout.flush()
    for car in cars:
        car.cancel()
    results = await asyncio.gather(*cars, return_exceptions=True)
    if figures.acknowledged == 0 and any(isinstance(result, OSError) for result in results):
        raise NotReachable(host=asked.host, port=asked.port)


class _Car:
    def __init__(self, asked: argparse.Namespace, number: int, codes: Codes, figures: Figures) -> None:
        self._asked, self._number, self._codes, self._figures = asked, number, codes, figures
        self._awaited: dict[int, tuple[float, int]] = {}

    async def run(self, phone: str, number: str, plate: str) -> None:
        """Connects again when it is cut off, and goes on where it is by then."""
        first = True
        while True:
            try:
                client = await self._signed_in(phone, number, plate)
            except Refused:
                self._figures.refused += 1
                return
            except (OSError, EOFError, TimeoutError):
                if first:
                    raise
                await asyncio.sleep(jittered(_AGAIN_AFTER))
                continue
            first = False
            self._figures.connected += 1
            try:
                await self._report(client)
                return
            except (OSError, EOFError):
                await asyncio.sleep(jittered(_AGAIN_AFTER))
            finally:
                self._figures.connected -= 1
                client.close()

    async def _signed_in(self, phone: str, number: str, plate: str) -> Client:
        """Odd ones speak the edition of 2019. A code that opens nothing any more is asked for anew, once."""
        client = await Client.connected(
            self._asked.host, self._asked.port, numbered(phone, modern=bool(self._number % 2))
        )
        code = self._codes.get(phone)
        if code is not None:
            try:
                await client.signed_in(code)
            except Refused:
                self._codes.forget(phone)
            else:
                return client
        code = await client.registered(number, plate)
        self._codes.keep(phone, code)
        await client.signed_in(code)
        return client

    async def _report(self, client: Client) -> None:
        listening = asyncio.create_task(self._listen(client))
        try:
            for delay, positions in self._course():
                await asyncio.sleep(delay)
                if listening.done():
                    raise EOFError
                self._send(client, positions)
                await client.writer.drain()
            await listening
        finally:
            listening.cancel()

    def _course(self) -> Iterator[tuple[float, list[Position]]]:
        """How long to wait, and what to report then."""
        asked, start = self._asked, self._start()
        habits = Habits(
            seed=asked.seed * 100_003 + self._number, first_after_s=self._number % 60,
            detours=asked.scenario == "detour", every_s=asked.every,
        )  # fmt: skip
        course, before, held = track(habits, start, asked.seconds * asked.speed), start, list[Position]()
        for at, moment in enumerate(course["time"] / 1000):
            position = _position({name: int(column[at]) for name, column in course.items()})
            held.append(position)
            if asked.scenario == "gap" and (moment - start) % _GAP_EVERY < _GAP:
                continue
            yield max(0.0, (moment - before) / asked.speed), held
            before, held = moment, []

    def _start(self) -> float:
        now = time.time()
        if self._asked.scenario != "weekend":
            return now
        days = (time.localtime(now).tm_wday - 5) % 7 or 7
        return now - days * _DAY

    def _send(self, client: Client, positions: list[Position]) -> None:
        self._figures.sent += len(positions)
        if len(positions) == 1:
            serial = client.report(positions[0])
        else:
            for early in range(0, len(positions) - 20, 20):
                self._awaited[client.batch(positions[early : early + 20])] = (time.monotonic(), 20)
            rest = positions[-(len(positions) % 20 or 20) :]
            serial, positions = client.batch(rest), rest
        self._awaited[serial] = (time.monotonic(), len(positions))

    async def _listen(self, client: Client) -> None:
        while True:
            frame = await client.next(within=_DAY)
            if frame.message_id == 0x8001:
                sent = self._awaited.pop(int.from_bytes(frame.body[:2], "big"), None)
                if sent is not None and frame.body[4] == 0:
                    self._figures.acknowledged += sent[1]
                    self._figures.waits.append(time.monotonic() - sent[0])
                    del self._figures.waits[:-100_000]
            elif frame.message_id < 0x8100 or frame.message_id > 0x8100:
                client.send(0x0001, frame.serial.to_bytes(2, "big") + frame.message_id.to_bytes(2, "big") + b"\0")


def _position(told: dict[str, int]) -> Position:
    moment = _moment(told["time"] / 1000)
    items = ((1, told["mileage"].to_bytes(4, "big")), (0x30, b"\x1f"), (0x31, b"\x0c"))
    return Position(
        alarm=0, status=told["status"], latitude=told["latitude"], longitude=told["longitude"],
        altitude=told["altitude"], speed=told["speed"], direction=told["direction"], time=moment, items=items,
    )  # fmt: skip


def _moment(seconds: float) -> bytes:
    return packed_time(datetime.fromtimestamp(seconds, ZONE))
