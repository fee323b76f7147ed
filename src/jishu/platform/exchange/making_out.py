"""From events to deliveries: each subscriber gets those of its types and units, numbered without gaps."""

from django.db import transaction

from jishu.platform.contract import Event
from jishu.platform.outbox.api import End, ends, events_after

from .models import Delivery, Position, Subscription
from .selectors import events_for

BATCH = 500
KEPT_READY = 1_000  # a subscriber that lags behind has its events kept in the stream, not in two places


def make_out(subscription: int) -> int:
    """Advance through every stream by one batch; says how many deliveries were made out."""
    with transaction.atomic():
        rows = Subscription.objects.select_for_update(of=("self",), skip_locked=True).select_related("unit")
        held = rows.filter(pk=subscription, state=Subscription.State.ON).first()
        if (
            held is None
            or Delivery.objects.filter(subscription=held, state=Delivery.State.WAITING).count() >= KEPT_READY
        ):
            return 0
        places = {one.stream: one for one in Position.objects.filter(subscription=held)}
        made = 0
        for stream, end in sorted(ends().items()):
            place = places.get(stream) or Position(subscription=held, stream=stream, seq=0)
            if place.seq < end.last:
                made += _from_stream(held, place, end)
        if made:
            held.save(update_fields=("last_number",))
        return made


def begin_at_the_end(subscription: Subscription) -> None:
    """Somebody switched on is told of what happens from now on."""
    for stream, end in ends().items():
        Position.objects.update_or_create(subscription=subscription, stream=stream, defaults={"seq": end.last})


def _waiting(held: Subscription) -> int:
    return Delivery.objects.filter(subscription=held, state=Delivery.State.WAITING).count()


def _from_stream(held: Subscription, place: Position, end: End) -> int:
    found = events_after(place.stream, place.seq, upto=end.last, limit=BATCH, types=held.types, among=events_for(held))
    Delivery.objects.bulk_create(
        (_delivery(held, event, held.last_number + at) for at, event in enumerate(found, 1)),
    )
    held.last_number += len(found)
    place.seq = found[-1].seq if len(found) == BATCH else end.last
    place.save()
    return len(found)


def _delivery(held: Subscription, event: Event, number: int) -> Delivery:
    return Delivery(subscription=held, number=number, event=event.id, type=event.type, subject=event.subject)
