"""Frames in both directions, and what must not pass for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishu.apps.fleet.jt808 import frames, messages, problems
from jishu.apps.fleet.jt808.assembly import MOST_BYTES, Assembly
from jishu.apps.fleet.jt808.stream import Splitter

from .vectors import FRAMES, LOCATION_2013


def test_every_known_frame_is_written_back_byte_for_byte():
    assembly = Assembly()

    for wire in FRAMES:
        frame = frames.parse(wire[1:-1])
        assert frames.encode(frame) == wire
        whole = assembly.add(frame)
        if whole is not None:
            values = messages.read(whole.message_id, whole.edition, whole.body)
            assert "raw" not in values
            assert messages.write(whole.message_id, whole.edition, values) == whole.body
    assert len(FRAMES) == 117
    assert assembly.held == 0


def test_the_example_of_the_standard():
    assert frames.escaped(bytes.fromhex("307e087d55")) == bytes.fromhex("307d02087d0155")
    assert frames.unescaped(bytes.fromhex("307d02087d0155")) == bytes.fromhex("307e087d55")


@given(st.binary(min_size=1, max_size=1100))
def test_the_check_byte_is_the_xor_of_all(raw):
    slow = 0
    for byte in raw:
        slow ^= byte

    assert frames.checksum(raw) == slow


def test_a_frame_of_2019_without_its_version_bit_is_read_by_its_length():
    frame = frames.made(0x0002, "0" * 10 + "1234567890", 7)

    read = frames.parse(frames.encode(frame._replace(properties=0))[1:-1])

    assert (read.edition, read.terminal, read.serial) == (2019, "0" * 10 + "1234567890", 7)


@pytest.mark.parametrize(
    ("spoilt", "problem"),
    [
        (lambda wire: wire[:5], problems.TooShort),
        (lambda wire: wire[:-1] + bytes((wire[-1] ^ 1,)), problems.BadChecksum),
        (lambda wire: wire + b"\x00", problems.BadLength),
        (lambda wire: wire[:8] + b"\x7d\x05" + wire[8:], problems.BadEscape),
        (lambda wire: wire * 40, problems.TooLong),
    ],
)
def test_a_spoilt_frame_says_what_is_wrong(spoilt, problem):
    with pytest.raises(problem):
        frames.parse(spoilt(LOCATION_2013[1:-1]))


@given(st.lists(st.sampled_from(FRAMES), max_size=6), st.lists(st.integers(1, 400), max_size=40))
def test_a_stream_in_any_pieces_gives_the_same_frames(sent, cuts):
    stream, got, splitter = b"".join(sent), [], Splitter()
    for cut in [*cuts, len(stream)]:
        got += splitter.feed(stream[:cut])
        stream = stream[cut:]

    assert got + splitter.feed(stream) == [wire[1:-1] for wire in sent]


def test_what_never_ends_is_not_kept():
    splitter = Splitter()

    got = [piece for _ in range(100) for piece in splitter.feed(b"\x00" * 1000)]

    assert got == []
    assert splitter.dropped == 1
    assert splitter.feed(b"\x00" + LOCATION_2013) == [LOCATION_2013[1:-1]]


def test_parts_in_any_order_become_one_message():
    body = bytes(range(256)) * 12
    parts = frames.divided(0x0801, "013800138000", 65534, body)
    assembly = Assembly()

    whole = [assembly.add(part) for part in reversed(parts)]

    assert whole[:-1] == [None] * (len(parts) - 1)
    assert whole[-1].body == body
    assert assembly.held == 0


def test_parts_that_never_become_a_message_are_bounded():
    assembly, part = Assembly(), frames.divided(0x0801, "013800138000", 0, b"x" * 2000)[0]

    for serial in range(0, 60000, 300):
        for number in range(1, 200):
            assembly.add(part._replace(serial=serial + number, part=(250, number)))

    assert assembly.held <= 4 * MOST_BYTES
    assert assembly.dropped > 0
