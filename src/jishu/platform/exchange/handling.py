"""Our own handlers at work: in order, each event once, cursor and effect in one transaction, nothing left out."""

import traceback
from datetime import timedelta

from django.db import transaction

from jishu.platform.contract import Event, EventHandler, event_handlers, event_types
from jishu.platform.lib.clock import now
from jishu.platform.notify.api import Kind, tell
from jishu.platform.outbox.api import end_of, ends, events_after

from .models import Handled, Reader
from .selectors import managers_of

AT_ONCE = 500  # events a job works off before others get their turn
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
    done = 0
    while done < at_once:
        event: Event | None = None
        try:
            with transaction.atomic():
                # Whoever holds the row is at it already; the database lets go of it when its process dies.
                held = Reader.objects.select_for_update(skip_locked=True).filter(pk=reader).first()
                if held is None or held.state != Reader.State.RUNNING:
                    return done
                handler = _handler(held.handler)
                event = _next(held, handler)
                if event is None:
                    return done
                _hear(held, handler, event)
        except Exception as error:  # noqa: BLE001 — whatever it is, it is kept, shown and tried again; nothing is skipped
            _note_failure(reader, event, error)
            return done
        done += 1
    return done


def _next(held: Reader, handler: EventHandler) -> Event | None:
    """The next event this handler hears; what is of other types is passed by at once."""
    upto = end_of(held.stream).last
    found = events_after(held.stream, held.seq, upto=upto, limit=1, types=handler.types)
    if not found and held.seq < upto:
        Reader.objects.filter(pk=held.pk).update(seq=upto, tries=0, due_at=None, reason="", event=None)
    return found[0] if found else None


def _hear(held: Reader, handler: EventHandler, event: Event) -> None:
    _, is_new = Handled.objects.get_or_create(reader=held, event=event.id)
    if is_new:
        handler.handle(event)
    held.seq, held.tries, held.due_at, held.reason, held.event = event.seq, 0, None, "", None
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
            body = f"同一事件连续失败 {held.tries} 次,其后的事件都在等待。请查明原因后点击“重试”。"
            tell(
                managers_of(),
                title=f"事件处理已停下:{held.title}",
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
