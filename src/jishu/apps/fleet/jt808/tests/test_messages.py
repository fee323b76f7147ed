"""What messages say, and that nothing from outside makes the codec stumble."""

import json
import random

from hypothesis import given
from hypothesis import strategies as st

from jishu.apps.fleet.jt808 import frames, messages
from jishu.apps.fleet.jt808.decoding import decoded
from jishu.apps.fleet.jt808.describing import described
from jishu.apps.fleet.jt808.positions import BASE, Position, row_of
from jishu.apps.fleet.jt808.problems import Malformed
from jishu.apps.fleet.jt808.stream import Splitter

from .vectors import FRAMES, LOCATION_2013

NUMBERS = sorted(messages.KNOWN)


def location(items: bytes = b"", **changes: int) -> bytes:
    values = {"alarm": 1, "status": 3, "latitude": 28654321, "longitude": 121123456, "altitude": 12} | changes
    return BASE.pack(*values.values(), 456, 90, bytes.fromhex("261123083000")) + items


def test_a_position_is_told_in_plain_words():
    frame = frames.made(0x0200, "013800138000", 9, location(b"\x01\x04\x00\x01\xe2\x40\x02\x02\x01\x5e\x31\x01\x0c"))

    told = described(frame)

    assert told["time"] == "2026-11-23T08:30:00+08:00"
    assert (told["latitude"], told["longitude"], told["altitude_m"]) == (28.654321, 121.123456, 12)
    assert (told["speed_kmh"], told["direction_deg"]) == (45.6, 90)
    assert (told["mileage_km"], told["fuel_l"], told["additional"]) == (12345.6, 35.0, {"satellites": 12})
    assert told["alarm"] == ["sos"]
    assert told["status"]["acc"]
    assert told["status"]["positioned"]


def test_south_west_and_below_the_sea():
    row = row_of(location(status=0b1110, altitude=0xFFFB))

    assert (row.latitude, row.longitude, row.altitude) == (-28654321, -121123456, -5)


def test_unknown_items_are_passed_over_and_a_cut_one_does_no_harm():
    body = location(b"\xf3\x03abc\x01\x04\x00\x00\x00\x0a\x02\x02\x01")

    assert row_of(body).mileage == 10
    assert row_of(body).fuel is None
    assert Position.read(body).write() == body
    told = described(frames.made(0x0200, "013800138000", 9, body))
    assert told["additional"] == {"0xF3": "616263"}
    assert told["truncated"] == "020201"


def test_a_clock_that_tells_no_time_is_none():
    body = BASE.pack(0, 0, 0, 0, 0, 0, 0, bytes.fromhex("269923083000"))

    assert row_of(body).moment is None
    assert described(frames.made(0x0200, "013800138000", 9, body))["time"] is None


@given(st.binary(min_size=28, max_size=60))
def test_the_fast_way_and_the_full_way_agree(body):
    full, row = Position.read(body), row_of(body)

    assert row.moment == (full.moment.timestamp() if full.moment else None)
    assert (abs(row.latitude), row.alarm, row.speed) == (full.latitude, full.alarm, full.speed)
    assert full.row() == row


@given(st.sampled_from(NUMBERS), st.sampled_from([2013, 2019]), st.binary(max_size=300))
def test_what_can_be_read_is_written_back_and_can_be_told(number, edition, body):
    try:
        values = messages.read(number, edition, body)
    except Malformed:
        return

    assert messages.write(number, edition, values) == body
    terminal = "0" * (20 if edition == 2019 else 12)
    json.dumps(described(frames.made(number, terminal, 1, body)))


@given(st.sampled_from(FRAMES), st.data())
def test_cut_or_flipped_frames_are_told_or_refused(wire, data):
    spoilt = bytearray(wire)
    for at in data.draw(st.lists(st.integers(0, len(wire) - 1), max_size=4)):
        spoilt[at] ^= 1 << data.draw(st.integers(0, 7))
    cut = data.draw(st.integers(0, len(wire)))

    json.dumps(decoded(spoilt[:cut].hex(), {}))


def test_ten_thousand_random_frames_with_true_check_bytes_are_survived():
    chance = random.Random(808)  # noqa: S311 — chance for data, not for keys
    splitter = Splitter()

    for _ in range(10_000):
        raw = chance.choice(NUMBERS).to_bytes(2, "big") + chance.randbytes(chance.randrange(80))
        wire = frames.FLAG + frames.escaped(raw + bytes((frames.checksum(raw),))) + frames.FLAG
        for piece in splitter.feed(wire):
            try:
                described(frames.parse(piece))
            except Malformed:
                continue

    assert splitter.feed(LOCATION_2013) == [LOCATION_2013[1:-1]]
