"""Reading a stream: what stands behind a place, in order, nothing left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from jishu.platform.contract import Event

from . import models


@dataclass(frozen=True)
class End:
    """How far a stream goes: the oldest place kept, and the last one given. Empty when last is before first."""

    first: int
    last: int


def ends(streams: Iterable[str] | None = None) -> dict[str, End]:
    rows = models.Stream.objects.all() if streams is None else models.Stream.objects.filter(code__in=list(streams))
    return {row.code: End(row.first, row.last) for row in rows}


def end_of(stream: str) -> End:
    return ends([stream]).get(stream, End(1, 0))


def events_after(
    stream: str, place: int, *, upto: int, limit: int, types: Iterable[str] = (), among: Q | None = None
) -> list[Event]:
    """Those behind ``place``, up to and with ``upto``. ``among`` narrows by ``unit``.

    Ask for the end of the stream first and pass it as ``upto``: then an answer shorter than ``limit`` means that
    nothing more stands before that end.
    """
    rows = models.Event.objects.filter(among or Q(), stream=stream, seq__gt=place, seq__lte=upto)
    if wanted := list(types):
        rows = rows.filter(type__in=wanted)
    return [_event(row) for row in rows.order_by("seq")[:limit]]


def event_called(uid: UUID) -> Event | None:
    """One that has its place and is still kept."""
    row = models.Event.objects.filter(uid=uid).exclude(seq=None).first()
    return _event(row) if row else None


def _event(row: models.Event) -> Event:
    assert row.seq is not None
    return Event(
        id=row.uid, stream=row.stream, seq=row.seq, type=row.type, version=row.version, subject=row.subject,
        unit=row.unit, at=row.at, data=row.data,
    )  # fmt: skip


PREFIX = "cn.jgsw."


def cloud_event(event: Event) -> Mapping[str, Any]:
    """CloudEvents 1.0 in its JSON form. ``sequence`` is spelt so that texts sort as numbers do."""
    told = {
        "specversion": "1.0",
        "id": str(event.id),
        "source": f"urn:jishu:{event.stream}",
        "type": f"{PREFIX}{event.type}",
        "subject": event.subject,
        "time": event.at.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"urn:jishu:event:{event.type}:{event.version}",
        "sequence": f"{event.seq:019d}",
        "data": event.data,
    }
    return told | {"unit": str(event.unit)} if event.unit else told
