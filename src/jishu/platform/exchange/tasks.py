"""What the worker does for the exchange, one job at a time for each reader and each subscriber."""

from procrastinate.contrib.django import app

from jishu.platform.outbox.api import ends, prune

from . import handling, pushing, waking
from .models import Position, Reader, Subscription


@app.task(name=waking.HANDLE, queue="exchange")
def handle_events(*, reader: int) -> None:
    handling.work_off(reader)


@app.task(name=waking.PUSH, queue="exchange")
def push_events(*, subscription: int) -> None:
    pushing.push(subscription)


@app.periodic(cron="20 3 * * *")
@app.task(name="exchange.prune", queueing_lock="exchange.prune")
def prune_events(timestamp: int) -> None:
    """Half-year-old events go once every handler and every subscriber that is switched on has them."""
    prune(everybody_has_read())


def everybody_has_read() -> dict[str, int]:
    places = {stream: end.last for stream, end in ends().items()}
    readers = Reader.objects.values_list("stream", "seq")
    subscribers = Position.objects.exclude(subscription__state=Subscription.State.OFF).values_list("stream", "seq")
    for stream, seq in (*readers, *subscribers):
        places[stream] = min(places.get(stream, seq), seq)
    return places
