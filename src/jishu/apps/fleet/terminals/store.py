"""What the gateway asks of the database. One connection for positions, one for everything else."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from .rows import COLUMNS, HEADER, TRAILER

_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS arrived (
    time timestamptz, vehicle_id integer, latitude integer, longitude integer, status integer, alarm integer,
    mileage integer, altitude smallint, speed smallint, direction smallint, fuel smallint, flags smallint
) ON COMMIT DELETE ROWS
"""
_NAMES = ", ".join(COLUMNS)
_COPY = f"COPY arrived ({_NAMES}) FROM STDIN (FORMAT binary)"
_SAID = _NAMES.replace("mileage", "nullif(mileage, -1)").replace("fuel", "nullif(fuel, -1)")
_KEEP = f"INSERT INTO fleet_position ({_NAMES}) SELECT {_SAID} FROM arrived ON CONFLICT DO NOTHING"  # noqa: S608
_SET = ", ".join(f"{name} = EXCLUDED.{name}" for name in (*COLUMNS, "received_at") if name != "vehicle_id")
# In the order of the key, so that two gateways never wait for each other in a ring.
_LATEST = f"""
INSERT INTO fleet_latestposition AS known ({_NAMES}, received_at)
SELECT DISTINCT ON (vehicle_id) {_SAID}, now() FROM arrived
WHERE EXISTS (SELECT FROM fleet_vehicle WHERE id = vehicle_id) ORDER BY vehicle_id, time DESC
ON CONFLICT (vehicle_id) DO UPDATE SET {_SET} WHERE EXCLUDED.time > known.time
"""  # noqa: S608
_HEARD = "UPDATE fleet_latestposition SET received_at = now() WHERE vehicle_id = ANY(%s)"
_KNOWN = """
SELECT t.id, t.number, t.vehicle_id, t.auth_hash, v.plate, l.authenticated_at IS NOT NULL
FROM fleet_terminal t JOIN fleet_vehicle v ON v.id = t.vehicle_id
LEFT JOIN fleet_terminallink l ON l.terminal_id = t.id
WHERE t.phone = %s AND t.status = 'active'
"""
_ISSUE = """
WITH given AS (UPDATE fleet_terminal SET auth_hash = %(hash)s
               WHERE id = %(id)s AND auth_hash = %(before)s RETURNING id)
INSERT INTO fleet_terminallink (terminal_id, registered_at) SELECT id, now() FROM given
ON CONFLICT (terminal_id) DO UPDATE SET registered_at = now(), authenticated_at = NULL RETURNING terminal_id
"""
_SEEN = """
INSERT INTO fleet_terminallink (terminal_id, authenticated_at, connected_at, address)
VALUES (%(id)s, now(), now(), %(address)s)
ON CONFLICT (terminal_id) DO UPDATE SET authenticated_at = now(), connected_at = now(), address = EXCLUDED.address
"""
_FORGET = """
WITH gone AS (UPDATE fleet_terminal SET auth_hash = '' WHERE id = %s RETURNING id)
UPDATE fleet_terminallink SET authenticated_at = NULL WHERE terminal_id IN (SELECT id FROM gone)
"""
_STILL = "SELECT id, vehicle_id FROM fleet_terminal WHERE id = ANY(%s) AND status = 'active' AND auth_hash <> ''"
_TO_SEND = """
SELECT d.id, d.terminal_id, d.message_id, d.values FROM fleet_downlink d
WHERE d.terminal_id = ANY(%s) AND d.sent_at IS NULL AND d.created_at > now() - interval '1 day' ORDER BY d.id LIMIT 500
"""
_SENT = "UPDATE fleet_downlink SET sent_at = now() WHERE id = %s AND sent_at IS NULL RETURNING id"
_ANSWERED = "UPDATE fleet_downlink SET answered_at = now(), result = %s WHERE id = %s AND answered_at IS NULL"


@dataclass(frozen=True, slots=True)
class Known:
    """A terminal of the register that is in use in a car."""

    id: int
    number: str
    vehicle: int
    code_hash: str
    plate: str
    authenticated: bool

    def opens_with(self, code: str) -> bool:
        return bool(self.code_hash) and hmac.compare_digest(hashed(code), self.code_hash)


def hashed(code: str) -> str:
    """Codes are our own random words: one round is enough, nothing can be tried out."""
    return hashlib.sha256(code.encode()).hexdigest()


class Store:
    """Connects when asked and again after every failure; `psycopg.OperationalError` says the database is away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._positions: psycopg.AsyncConnection[Any] | None = None
        self._others: psycopg.AsyncConnection[Any] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def save(self, rows: Sequence[bytes], heard: Sequence[int] = ()) -> None:
        """All or nothing, durable on return. Rows that are known already are passed over."""
        connection = await self._for_positions()
        async with connection.transaction(), connection.cursor() as cursor:
            if rows:
                async with cursor.copy(_COPY) as copy:
                    await copy.write(b"".join((HEADER, *rows, TRAILER)))
                await cursor.execute(_KEEP)
                await cursor.execute(_LATEST)
            if heard:
                await cursor.execute(_HEARD, (sorted(heard),))

    async def _for_positions(self) -> psycopg.AsyncConnection[Any]:
        if self._positions is None or self._positions.closed:
            self._positions = await self._connected()
            async with self._positions.transaction():
                await self._positions.execute(_STAGE)
        return self._positions

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=5)

    async def _ask(self, question: str, values: Any = ()) -> list[Any]:
        async with self._one_at_a_time:
            if self._others is None or self._others.closed:
                self._others = await self._connected()
            cursor = await self._others.execute(question, values)
            return await cursor.fetchall() if cursor.description else []

    async def known(self, phone: str) -> Known | None:
        found = await self._ask(_KNOWN, (phone,))
        return Known(*found[0]) if found else None

    async def issue(self, terminal: Known) -> str | None:
        """A new code; None when somebody else was given one meanwhile."""
        code = secrets.token_hex(8)
        facts = {"hash": hashed(code), "id": terminal.id, "before": terminal.code_hash}
        return code if await self._ask(_ISSUE, facts) else None

    async def seen(self, terminal: Known, address: str) -> None:
        await self._ask(_SEEN, {"id": terminal.id, "address": address})

    async def forget(self, terminal: int) -> None:
        """The terminal signed off for good: its code opens nothing any more."""
        await self._ask(_FORGET, (terminal,))

    async def still(self, terminals: Sequence[int]) -> dict[int, int]:
        """Of these, the ones in use, with the car they are in."""
        return dict(await self._ask(_STILL, (list(terminals),)))

    async def to_send(self, terminals: Sequence[int]) -> list[Any]:
        return await self._ask(_TO_SEND, (list(terminals),))

    async def sent(self, downlink: int) -> bool:
        return bool(await self._ask(_SENT, (downlink,)))

    async def answered(self, downlink: int, result: int) -> None:
        await self._ask(_ANSWERED, (result, downlink))

    async def close(self) -> None:
        for connection in (self._positions, self._others):
            if connection is not None:
                await connection.close()
