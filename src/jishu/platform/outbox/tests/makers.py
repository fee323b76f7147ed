"""Events to number and read, as identity declares them."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction

from jishu.platform.contract import Event
from jishu.platform.lib.clock import frozen, now
from jishu.platform.outbox.api import end_of, events_after, publish, sequence_all

LEFT = "identity.person_left"
STREAM = "identity"


def tell(code: str = "P1", *, unit: UUID | None = None, days_ago: int = 0) -> UUID:
    data = {"person": str(uuid4()), "code": code, "on": "2026-11-23"}
    with frozen(now() - timedelta(days=days_ago)), transaction.atomic():
        return publish(LEFT, subject=data["person"], data=data, unit=unit)


def told(count: int = 1, **how) -> list[Event]:
    """Told, numbered and read back: the last so many of the stream."""
    for number in range(count):
        tell(f"P{number}", **how)
    sequence_all()
    return read()[-count:]


def read(after: int = 0) -> list[Event]:
    return events_after(STREAM, after, upto=end_of(STREAM).last, limit=100_000)
