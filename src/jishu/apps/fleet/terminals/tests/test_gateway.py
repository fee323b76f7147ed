"""The gateway as terminals see it: real sockets, a real process, the real database."""

import asyncio
import json
import random
from datetime import timedelta
from uuid import uuid4

import pytest

from jishu.apps.fleet.jt808 import frames, messages
from jishu.apps.fleet.models import Terminal
from jishu.apps.fleet.terminals.client import Refused
from jishu.apps.fleet.terminals.models import Downlink, LatestPosition
from jishu.apps.fleet.terminals.rows import Flag
from jishu.platform.lib.clock import now

from .gateways import position, stored, talk, told

pytestmark = pytest.mark.django_db
_SAY = (
    "INSERT INTO fleet_downlink (uid, created_at, terminal_id, message_id, values, said) "
    "VALUES (%s, %s, %s, %s, %s, 'x')"
)


def test_a_terminal_registers_signs_in_and_reports(gateway, garage):
    terminal = garage.pop()
    told("UPDATE fleet_terminal SET auth_hash = %s WHERE id = %s", "", terminal.id)

    async def conversation() -> int:
        stranger = await gateway.stranger(terminal.phone, modern=True)
        code = await stranger.registered(terminal.number, terminal.vehicle.plate)
        await stranger.signed_in(code)
        return await stranger.answered(stranger.report(position(items=((1, b"\0\0\x04\xd2"), (0xF7, b"xyz")))))

    assert talk(conversation()) == 0
    [(_, latitude, longitude, flags, mileage)] = stored(terminal.vehicle)
    assert (latitude, longitude, flags, mileage) == (28_650_000, 121_420_000, Flag.LATE, 1234)
    assert LatestPosition.objects.filter(vehicle=terminal.vehicle).exists()
    assert len(Terminal.objects.get(id=terminal.id).auth_hash) == 64


def test_what_comes_twice_late_or_with_a_wrong_clock_is_stored_once_and_marked(gateway, garage):
    terminal, since = garage.pop(), now() - timedelta(minutes=30)
    one, two, early = (position(seconds, since=since) for seconds in (60, 120, 0))
    ancient, future = (position(since=now() + timedelta(days=days)) for days in (-10, 30))

    async def conversation() -> None:
        client = await gateway.terminal(terminal)
        for report in (one, one, early, future):
            assert await client.answered(client.report(report)) == 0
        assert await client.answered(client.batch([one, two, ancient])) == 0

    talk(conversation())

    rows = stored(terminal.vehicle)
    assert [row[3] for row in rows] == [
        Flag.LATE | Flag.BATCHED,
        Flag.LATE,
        Flag.LATE,
        Flag.LATE | Flag.BATCHED,
        Flag.CLOCK,
    ]
    assert LatestPosition.objects.get(vehicle=terminal.vehicle).flags == Flag.CLOCK


def test_who_is_refused(gateway, garage):
    one, other = garage.pop(), garage.pop()

    async def conversation() -> None:
        unknown = await gateway.stranger("18800001111")
        assert await unknown.answered(unknown.report(position())) == 1
        with pytest.raises(Refused):
            await unknown.registered("T1")
        with pytest.raises(Refused):
            await gateway.terminal(one, code="guess")
        client = await gateway.terminal(one)
        client.terminal = other.phone.zfill(12)
        assert await client.answered(client.report(position())) == 1
        thief = await gateway.stranger(one.phone)
        with pytest.raises(Refused):
            await thief.registered(one.number, one.vehicle.plate)

    talk(conversation())

    assert stored(one.vehicle) == stored(other.vehicle) == []


def test_a_new_session_ends_the_old_one_and_signing_off_voids_the_code(gateway, garage):
    terminal = garage.pop()

    async def conversation() -> None:
        first = await gateway.terminal(terminal)
        second = await gateway.terminal(terminal)
        with pytest.raises((EOFError, ConnectionError)):
            await first.next()
        assert await second.answered(second.send(0x0003)) == 0
        with pytest.raises(Refused):
            await gateway.terminal(terminal)

    talk(conversation())


def test_garbage_harms_nobody(gateway, garage):
    terminal, chance = garage.pop(), random.Random(808)  # noqa: S311 — chance for data

    async def conversation() -> int:
        client = await gateway.terminal(terminal)
        noisy = [await gateway.stranger("13000000000") for _ in range(5)]
        client.writer.write(b"\x7e" + chance.randbytes(500) + b"\x7e\x7d\x7e")
        for one in noisy:
            one.writer.write(chance.randbytes(60_000))
            one.writer.write(b"\x7e" + b"\x01" * 100_000)
            for _ in range(200):
                body = chance.randbytes(chance.randrange(60))
                one.writer.write(frames.encode(frames.made(chance.choice((0x0100, 0x0102, 0x0704)), "0" * 12, 1, body)))
        client.send(0x0200, b"short")
        parts = frames.divided(0x0704, client.terminal, 900, bytes(3000))
        client.writer.writelines(frames.encode(part) for part in parts[1:])
        return await client.answered(client.report(position()))

    assert talk(conversation()) == 0
    assert len(stored(terminal.vehicle)) == 1


def test_a_batch_in_several_frames_is_acknowledged_part_by_part_when_it_is_stored(gateway, garage):
    terminal = garage.pop()

    async def conversation() -> list[int]:
        client = await gateway.terminal(terminal)
        positions = [position(second) for second in range(80)]
        body = messages.write(0x0704, 2013, {"total": 80, "type": 1, "positions": positions})
        parts = frames.divided(0x0704, client.terminal, 900, body)
        client.writer.writelines(frames.encode(part) for part in parts)
        return [await client.answered(part.serial) for part in parts]

    assert talk(conversation()) == [0, 0, 0]
    assert len(stored(terminal.vehicle)) == 80


def test_a_text_reaches_the_terminal_and_its_answer_is_kept(gateway, garage):
    terminal = garage.pop()

    values = json.dumps({"flag": 8, "type": 1, "text": "请按规定路线行驶"})

    async def conversation() -> str:
        client = await gateway.terminal(terminal)
        told(_SAY, uuid4(), now(), terminal.id, 0x8300, values)
        frame = await client.next()
        named = frame.serial.to_bytes(2, "big") + frame.message_id.to_bytes(2, "big")
        client.send(0x0001, named + b"\0")
        await client.answered(client.send(0x0002))
        return messages.read(frame.message_id, 2013, frame.body)["text"]

    assert talk(conversation()) == "请按规定路线行驶"
    for _ in range(40):
        if Downlink.objects.filter(terminal=terminal, result=0, answered_at__isnull=False).exists():
            return
        talk(asyncio.sleep(0.05))
    raise AssertionError("no answer was kept")
