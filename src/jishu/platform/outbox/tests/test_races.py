"""Many tell, one reads along: nothing is missed, nothing doubled, no gaps; whoever numbers may be killed."""

import os
import signal
import subprocess
import sys
import time
from random import Random
from threading import Event as Flag
from threading import Thread

import pytest
from django.db import connection, transaction

from jishu.platform.outbox import models
from jishu.platform.outbox.api import end_of, events_after, sequence, sequence_all

from .makers import STREAM, read, tell

pytestmark = pytest.mark.django_db(transaction=True)

THREADS, EACH = 8, 60


def test_a_reader_beside_eight_writers_misses_nothing():
    """Transactions of different length, some rolled back, so that the order of keys is not that of commits."""
    over, numbered = Flag(), Flag()
    seen: list[tuple[int, str]] = []
    writers = [Thread(target=_write, args=(number,)) for number in range(THREADS)]
    others = [Thread(target=_number, args=(over,)) for _ in range(2)]
    reader = Thread(target=_follow, args=(numbered, seen))
    for thread in (*others, reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in others:  # while one of them is at the stream, the reader's own numbering steps back
        thread.join()
    numbered.set()
    reader.join()

    expected = {f"{number}/{at}" for number in range(THREADS) for at in range(EACH) if at % 7}
    assert [seq for seq, _ in seen] == list(range(1, len(expected) + 1))
    assert {code for _, code in seen} == expected
    for number in range(THREADS):  # one writer's facts, told one after the other, come in that order
        own = [int(code.split("/")[1]) for _, code in seen if code.startswith(f"{number}/")]
        assert own == sorted(own)


def _write(number: int) -> None:
    chance = Random(number)  # noqa: S311 — how long, not a key
    try:
        for at in range(EACH):
            try:
                with transaction.atomic():
                    tell(f"{number}/{at}")
                    time.sleep(chance.random() / 200)
                    if at % 7 == 0:
                        raise KeyError
            except KeyError:
                continue
    finally:
        connection.close()


def _number(over: Flag) -> None:
    try:
        while not over.is_set():
            sequence()
        sequence_all()
    finally:
        connection.close()


def _follow(over: Flag, seen: list[tuple[int, str]]) -> None:
    """As a careless reader does: everything behind the last place seen."""
    try:
        last = False
        while not last:
            last = over.is_set()
            if last:
                sequence_all()
            place = seen[-1][0] if seen else 0
            upto = end_of(STREAM).last
            seen += [(one.seq, one.data["code"]) for one in events_after(STREAM, place, upto=upto, limit=10_000)]
    finally:
        connection.close()


def test_two_facts_about_one_record_keep_the_order_of_their_commits():
    """The second waits for the lock of the first, and so gets the later key, however early it began."""
    began, told_first = Flag(), Flag()
    models.Stream.objects.create(code="locked")

    def late() -> None:
        try:
            with transaction.atomic():
                began.set()
                assert told_first.wait(5)
                models.Stream.objects.select_for_update().get(code="locked")
                tell("second")
        finally:
            connection.close()

    thread = Thread(target=late)
    thread.start()
    assert began.wait(5)
    with transaction.atomic():
        models.Stream.objects.select_for_update().get(code="locked")
        tell("first")
        told_first.set()
        time.sleep(0.1)
    thread.join()
    sequence_all()

    assert [event.data["code"] for event in read()] == ["first", "second"]


SEQUENCER = """
import django; django.setup()
from jishu.platform.outbox.api import sequence
import jishu.platform.outbox.sequencing as sequencing
sequencing.BATCH = 7
print("at work", flush=True)
while True: sequence()
"""


def test_a_sequencer_killed_in_the_middle_leaves_no_gap():
    address = connection.settings_dict
    place = f"host={address['HOST']} user={address['USER']} dbname={address['NAME']}"
    if address["PORT"]:
        place += f" port={address['PORT']}"
    surroundings = os.environ | {"JISHU_DATABASE_URL": place}
    for round_ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", SEQUENCER], env=surroundings, stdout=subprocess.PIPE, text=True
        )
        process.stdout.readline()
        for at in range(150):
            tell(f"{round_}/{at}")
        process.send_signal(signal.SIGKILL)
        process.communicate()

    sequence_all()

    assert [event.seq for event in read()] == list(range(1, 451))
    assert len({event.data["code"] for event in read()}) == 450
