"""Letting old events go: from the front of each stream, not before their time, not before everybody has read them."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Max

from jishu.platform.lib.clock import now

from .models import Event, Stream

KEPT = timedelta(days=180)  # the trigger refuses deletion within 30 days, whatever is asked


def prune(read: Mapping[str, int], kept: timedelta = KEPT) -> int:
    """``read``: stream -> the place up to which every reader has come. Returns how many events went."""
    gone = 0
    for stream in Stream.objects.filter(code__in=list(read)):
        with transaction.atomic():
            held = Stream.objects.select_for_update().get(pk=stream.pk)
            old = Event.objects.filter(stream=held.code, seq__lte=read[held.code], at__lt=now() - kept)
            upto = old.aggregate(upto=Max("seq"))["upto"]
            if upto is None:
                continue
            # From the front only: a stream without holes has one beginning.
            young = Event.objects.filter(stream=held.code, seq__lte=upto, at__gte=now() - kept).order_by("seq").first()
            last = upto if young is None or young.seq is None else young.seq - 1
            gone += Event.objects.filter(stream=held.code, seq__lte=last).delete()[0]
            held.first = max(held.first, last + 1)
            held.save(update_fields=("first",))
    return gone
