"""Our own handlers at work: in order, each event once, cursor and effects in one transaction, nothing left out."""

import traceback
from datetime import timedelta
from time import monotonic

from django.db import transaction

from jishu.platform.contract import Event, EventHandler, event_handlers, event_types
from jishu.platform.lib.clock import now
from jishu.platform.notify.api import Kind, tell
from jishu.platform.outbox.api import end_of, ends, events_after

from .models import Handled, Reader
from .selectors import managers_of

AT_ONCE = 500  # events a job works off before others get their turn
BATCH = 100  # events in one transaction
WITHIN = 0.5  # seconds after which a batch takes up no further event: locks of slow handlers are not kept for long
REASON = 2_000
# After the last of these a person is asked.
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))


class NoSuchHandler(RuntimeError):
    """该处理程序已不在系统中。"""


def enlist() -> None:
    """Every declared handler gets its place: a new one at the end of its streams, not at the past. Repeatable."""
    streams = {declared.type: system for system, declared in event_types()}
    there = ends()
    for handler in event_handlers():
        for stream in sorted({streams[name] for name in handler.types}):
            place = there[stream].last if stream in there else 0
            Reader.objects.get_or_create(
                handler=handler.key, stream=stream, defaults={"seq": place, "title": handler.title}
            )


def work_off(reader: int, at_once: int = AT_ONCE) -> int:
    """What stands before this reader, up to so many events; says how many were done."""
    done, size = 0, BATCH
    while done < at_once:
        batch = _Batch(reader, min(size, at_once - done))
        try:
            with transaction.atomic():
                batch.work_off()
        except Exception as error:  # noqa: BLE001 — whatever it is, it is kept, shown and tried again; nothing is skipped
            if batch.current is not None and batch.limit > 1:
                size = 1  # what only the commit refuses shows which event it was when each has its own
                continue
            _note_failure(reader, batch.current, error)
            return done
        done += batch.done
        if batch.failure is not None:
            _note_failure(reader, batch.current, batch.failure)
        if batch.failure is not None or batch.is_last:
            return done
    return done


class _Batch:
    """Some events in one transaction, each in a savepoint: what fails takes back its own and nothing before it.

    One commit and a handful of statements for all, where each event by itself costs a commit and five (ADR 0065).
    """

    def __init__(self, reader: int, limit: int) -> None:
        self.reader, self.limit = reader, limit
        self.done = 0
        self.current: Event | None = None
        self.failure: Exception | None = None
        self.is_last = False

    def work_off(self) -> None:
        # Whoever holds the row is at it already; the database lets go of it when its process dies.
        held = Reader.objects.select_for_update(skip_locked=True).filter(pk=self.reader).first()
        if held is None or held.state != Reader.State.RUNNING:
            self.is_last = True
            return
        handler = _handler(held.handler)
        upto = end_of(held.stream).last
        events = events_after(held.stream, held.seq, upto=upto, limit=self.limit, types=handler.types)
        self.is_last = len(events) < self.limit
        heard = self._hear(held, handler, events)
        if self.failure is None and self.is_last:
            self._advance(held, max(upto, held.seq))  # what is of other types is passed by at once
        elif heard:
            self._advance(held, heard[-1].seq)

    def _hear(self, held: Reader, handler: EventHandler, events: list[Event]) -> list[Event]:
        """Those done, in their order; the first that fails ends the batch. Nothing is heard twice."""
        known = set(
            Handled.objects.filter(reader=held, event__in=[one.id for one in events]).values_list("event", flat=True)
        )
        until, heard = monotonic() + WITHIN, []
        for event in events:
            self.current = event
            if event.id not in known and not self._succeeds(handler, event):
                break
            heard.append(event)
            if monotonic() > until:
                self.is_last = self.is_last and event is events[-1]
                break
        Handled.objects.bulk_create(Handled(reader=held, event=one.id) for one in heard if one.id not in known)
        self.done = len(heard)
        return heard

    def _succeeds(self, handler: EventHandler, event: Event) -> bool:
        try:
            with transaction.atomic():
                handler.handle(event)
        except Exception as error:  # noqa: BLE001 — kept and shown by whoever began the batch
            self.failure = error
            return False
        return True

    def _advance(self, held: Reader, seq: int) -> None:
        held.seq, held.tries, held.due_at, held.reason, held.event = seq, 0, None, "", None
        held.save(update_fields=("seq", "tries", "due_at", "reason", "event"))


def _note_failure(reader: int, event: Event | None, error: Exception) -> None:
    with transaction.atomic():
        held = Reader.objects.select_for_update().get(pk=reader)
        if event is not None and held.seq >= event.seq:
            return  # somebody else got it done meanwhile
        held.tries = min(held.tries + 1, 99)
        held.reason = _told(error)
        held.event = event.id if event else None
        if held.tries > len(WAITS) and event is not None:
            held.state, held.due_at = Reader.State.PARKED, None
        else:
            held.due_at = now() + WAITS[min(held.tries, len(WAITS)) - 1]
        held.save(update_fields=("state", "tries", "reason", "event", "due_at"))
        if held.state == Reader.State.PARKED:
            body = f"同一事件连续失败 {held.tries} 次，其后的事件都在等待。请查明原因后点击“重试”。"
            tell(
                managers_of(),
                title=f"事件处理已停下：{held.title}",
                body=body,
                link="/exchange/reader/",
                kind=Kind.ALARM,
            )


def _told(error: Exception) -> str:
    """What happened and where in our code, for whoever puts it right."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    said = str(error).strip() or (type(error).__doc__ or "").strip()
    return f"{type(error).__name__}:{said}\n{where.filename.rsplit('/jishu/', 1)[-1]}:{where.lineno}"[:REASON]


def _handler(key: str) -> EventHandler:
    for one in event_handlers():
        if one.key == key:
            return one
    raise NoSuchHandler(NoSuchHandler.__doc__)
