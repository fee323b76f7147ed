"""A real gateway in a process of its own, on the tests' database, and terminals to talk to it."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from jishu.apps.fleet.jt808.positions import Position, packed_time
from jishu.apps.fleet.terminals.client import Client, numbered
from jishu.apps.fleet.terminals.store import hashed
from jishu.apps.fleet.tests.makers import make_terminal, make_vehicle
from jishu.platform.lib.clock import now

CODE = "0123456789abcdef"


def address() -> str:
    told = connection.get_connection_params()
    return make_conninfo(**{key: told[key] for key in ("host", "port", "user", "password", "dbname") if told.get(key)})


_opened: list[Client] = []


class Gateway:
    def __init__(self, **settings: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._env = os.environ | {"JISHU_DATABASE_URL": address(), "JISHU_GATEWAY_PORT": str(self.port)}
        self._env |= {f"JISHU_GATEWAY_{name}": str(value) for name, value in settings.items()}
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "jishu.cli", "gateway"], env=self._env)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the gateway did not come up")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(20)

    async def terminal(self, terminal: Any, *, modern: bool = False, code: str = CODE) -> Client:
        client = await self.stranger(terminal.phone, modern=modern)
        await client.signed_in(code)
        return client

    async def stranger(self, phone: str, *, modern: bool = False) -> Client:
        client = await Client.connected("127.0.0.1", self.port, numbered(phone, modern=modern))
        _opened.append(client)
        return client


def terminal_in_use(unit: Any) -> Any:
    return make_terminal(unit, vehicle=make_vehicle(unit), status="active", auth_hash=hashed(CODE))


def told(question: str, *values: Any) -> None:
    """Committed at once: the gateway is another process."""
    with psycopg.connect(address(), autocommit=True) as committing:
        committing.execute(question, values)


def position(seconds: int = 0, *, since: datetime | None = None, **values: Any) -> Position:
    """In the middle of the district, `seconds` after half an hour ago."""
    moment = (since or now() - timedelta(minutes=30)) + timedelta(seconds=seconds)
    told = {"alarm": 0, "status": 3, "latitude": 28_650_000 + seconds, "longitude": 121_420_000, "altitude": 12}
    told |= {"speed": 360, "direction": 90, "time": packed_time(moment)}
    return Position(**(told | values))


def talk(conversation: Coroutine[Any, Any, Any]) -> Any:
    async def within() -> Any:
        try:
            async with asyncio.timeout(60):
                return await conversation
        finally:
            for client in _opened:
                client.writer.transport.abort()
            _opened.clear()
            await asyncio.sleep(0)

    return asyncio.run(within())


def stored(vehicle: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT time, latitude, longitude, flags, mileage FROM fleet_position WHERE vehicle_id = %s ORDER BY time",
            [vehicle.id],
        )
        return cursor.fetchall()
