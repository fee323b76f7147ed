"""What was acknowledged is stored, whoever is killed and whenever."""

import asyncio
import contextlib
import signal
from datetime import timedelta

import psycopg
import pytest

from jishu.apps.fleet.terminals.batching import HIGH, LOW, Batcher
from jishu.apps.fleet.terminals.client import Client
from jishu.platform.lib.clock import now

from .gateways import CODE, Gateway, address, position, stored, talk

pytestmark = pytest.mark.django_db


async def _report_until_cut(client: Client, acknowledged: list[int], count: int = 4000) -> None:
    """As fast as the gateway answers, up to fifty reports ahead; notes the seconds that were acknowledged."""
    since, sent = now() - timedelta(hours=2), {}
    with contextlib.suppress(EOFError, ConnectionError, TimeoutError):
        for second in range(count):
            sent[client.report(position(second, since=since))] = second
            while len(sent) >= 50 or (second == count - 1 and sent):
                frame = await client.next(within=20)
                if frame.body[4] == 0:
                    acknowledged.append(sent.pop(int.from_bytes(frame.body[:2], "big")))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_stopped_gateway_has_stored_what_it_acknowledged(gateway: Gateway, garage, how):
    terminals = [garage.pop() for _ in range(3)]
    acknowledged: list[list[int]] = [[] for _ in terminals]

    async def conversation() -> None:
        clients = [await gateway.terminal(terminal) for terminal in terminals]
        work = [
            asyncio.create_task(_report_until_cut(client, done))
            for client, done in zip(clients, acknowledged, strict=True)
        ]
        while not all(len(done) > 100 for done in acknowledged):
            await asyncio.sleep(0.01)
        code = await asyncio.to_thread(gateway.stop, how)
        assert code == (0 if how == signal.SIGTERM else -signal.SIGKILL)
        await asyncio.gather(*work)

    talk(conversation())

    for terminal, done in zip(terminals, acknowledged, strict=True):
        latitudes = {row[1] - 28_650_000 for row in stored(terminal.vehicle)}
        assert set(done) <= latitudes
    gateway.start()

    async def again() -> int:
        client = await gateway.terminal(terminals[0])
        return await client.answered(client.report(position(5000)))

    assert talk(again()) == 0


def test_connections_to_the_database_may_be_cut_at_any_time(gateway: Gateway, garage):
    terminal = garage.pop()
    acknowledged: list[int] = []

    async def conversation() -> None:
        client = await gateway.terminal(terminal, code=CODE)
        work = asyncio.create_task(_report_until_cut(client, acknowledged, count=400))
        while not work.done():
            await asyncio.sleep(0.05)
            await asyncio.to_thread(_cut)

    talk(conversation())

    assert len(acknowledged) == 400
    assert len(stored(terminal.vehicle)) == 400


def _cut() -> None:
    with psycopg.connect(address(), autocommit=True) as killing:
        killing.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE '%arrived%' AND pid <> pg_backend_pid()"
        )


class _Database:
    """Away until it is told otherwise; keeps what it is given."""

    def __init__(self) -> None:
        self.away = True
        self.rows: list[bytes] = []

    async def save(self, rows, heard=()) -> None:
        if self.away:
            raise psycopg.OperationalError("away")
        if b"bad" in rows:
            raise psycopg.DataError("bad")
        self.rows += rows


class _Sender:
    def __init__(self) -> None:
        self.told: list[tuple[str, bytes]] = []

    def stored(self, reply: bytes) -> None:
        self.told.append(("stored", reply))

    def refused(self, reply: bytes) -> None:
        self.told.append(("refused", reply))


def test_while_the_database_is_away_positions_are_held_and_reading_stops_in_time():
    async def scenario() -> None:
        database, sender, held = _Database(), _Sender(), []
        batcher = Batcher(database, pause=lambda: held.append("pause"), resume=lambda: held.append("resume"))
        running = asyncio.create_task(batcher.run())
        for number in range(HIGH + 10):
            batcher.add((b"%d" % number,), sender, b"%d" % number)
        await asyncio.sleep(0.2)
        assert (held, sender.told, batcher.held) == (["pause"], [], HIGH + 10)

        database.away = False
        while batcher.held > LOW:
            await asyncio.sleep(0.05)
        assert held == ["pause", "resume"]
        batcher.end()
        await running
        assert [reply for _, reply in sender.told] == database.rows
        assert len(database.rows) == HIGH + 10

    asyncio.run(scenario())


def test_a_row_the_database_never_takes_does_not_hold_up_the_others():
    async def scenario() -> None:
        database, sender = _Database(), _Sender()
        database.away = False
        batcher = Batcher(database, pause=lambda: None, resume=lambda: None)
        for row in (b"1", b"2", b"bad", b"3"):
            batcher.add((row,), sender, row)
        batcher.end()
        await batcher.run()
        assert database.rows == [b"1", b"2", b"3"]
        assert ("refused", b"bad") in sender.told

    asyncio.run(scenario())
