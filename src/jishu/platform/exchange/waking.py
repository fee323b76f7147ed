"""The heart beat of events: number what is committed, and call the worker to whoever has something to do.

Jobs are asked for here and not in the business transaction: a command pays one INSERT for an event, however many
listen. What a crash prevents from being asked for is asked for by the next beat, since cursors tell who lags behind.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jishu.platform.outbox.api import sequence_all

from .selectors import readers_behind, subscriptions_due

HANDLE, PUSH = "exchange.handle_events", "exchange.push_events"
EVERY = 0.25  # seconds
LOOKED_AROUND_EVERY = 8  # beats: what is due again after a wait is found within two seconds
AFTER_AN_ERROR = 5.0

log = logging.getLogger(__name__)


def beat(*, look_around: bool = True) -> int:
    """Number, then wake; says how many events were numbered."""
    numbered = sequence_all()
    if numbered or look_around:
        for reader in readers_behind():
            _ask_for(HANDLE, reader=reader)
        for subscription in subscriptions_due():
            _ask_for(PUSH, subscription=subscription)
    return numbered


@contextmanager
def beating() -> Iterator[None]:
    """For as long as the worker lives; several workers may beat, one at a time numbers."""
    over = Event()
    thread = Thread(target=_beat_on, args=(over,), name="events", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(AFTER_AN_ERROR)


def _beat_on(over: Event) -> None:
    beats = 0
    while not over.wait(EVERY):
        try:
            beat(look_around=beats % LOOKED_AROUND_EVERY == 0)
            beats += 1
        except Exception:
            log.exception("事件编号暂时不能进行，稍后继续")
            connection.close()  # a database that was restarted is found again
            over.wait(AFTER_AN_ERROR)
    connection.close()


def _ask_for(task: str, **whom: int) -> None:
    """One that waits already is enough, and two for the same never run side by side."""
    name = f"{task}:{next(iter(whom.values()))}"
    try:
        app.configure_task(name=task, lock=name, queueing_lock=name, queue="exchange").defer(**whom)
    except AlreadyEnqueued:
        return
