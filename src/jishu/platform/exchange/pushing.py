"""Sending deliveries: in the order of their numbers, at least once, patiently, and never for ever."""

import json
import secrets
import time
from datetime import timedelta
from typing import Any

from django.db import transaction

from jishu.platform.contract import Event
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.outgoing import BadAddress, NotAllowed, post
from jishu.platform.lib.sealed import Cell, Unopenable, unseal
from jishu.platform.notify.api import Kind, tell
from jishu.platform.outbox.api import cloud_event, event_called
from jishu.runtime.environment import Environment

from .making_out import make_out
from .models import Attempt, Delivery, Subscription
from .selectors import managers_of
from .signing import headers_for

TRIES = 8  # spread over about three hours
FIRST_WAIT, LONGEST_WAIT = 10.0, 6 * 3600.0  # seconds
DEAD_IN_A_ROW = 3  # then it is the receiver, not the message
GONE = 410
AT_ONCE = timedelta(seconds=45)


def push(subscription: int) -> int:
    """All that is due for one subscriber, until it is done, refused, or time for others; says how many arrived.

    Run by one job at a time for each subscriber. A process killed after the other side accepted sends once more: the
    receiver knows the event by its id.
    """
    until, arrived = time.monotonic() + AT_ONCE.total_seconds(), 0
    while time.monotonic() < until:
        make_out(subscription)
        delivery = _first(subscription)
        if delivery is None or not _send(delivery):
            break
        arrived += 1
    return arrived


def _first(subscription: int) -> Delivery | None:
    rows = Delivery.objects.select_related("subscription").order_by("number")
    found = rows.filter(subscription=subscription, state=Delivery.State.WAITING).first()
    if found is None or found.subscription.state != Subscription.State.ON:
        return None
    due_at = found.subscription.due_at
    return found if due_at is None or due_at <= now() else None


def _send(delivery: Delivery) -> bool:
    """Whether the next one may follow."""
    began, to = time.monotonic(), delivery.subscription
    event = event_called(delivery.event)
    try:
        if event is None:
            raise DomainError("事件已超过保存期限，不能再投递。")
        body, headers = letter(to, event, delivery.number)
        answer = post(to.url, body, headers, networks=Environment.read().outgoing_networks)
    except (NotAllowed, BadAddress, Unopenable) as error:
        return _note(delivery, _failed(error, began), halted=str(error))
    except DomainError as error:
        return _note(delivery, _failed(error, began), final=event is None)
    attempt = Attempt(status=answer.status, said=answer.text, seconds=answer.seconds)
    halted = "对方应答 410，表示不再接收。" if answer.status == GONE else ""
    return _note(delivery, attempt, arrived=answer.accepted, halted=halted)


def letter(to: Subscription, event: Event, number: int) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of one push, signed now."""
    body = json.dumps(cloud_event(event), ensure_ascii=False, separators=(",", ":")).encode()
    signed = headers_for(
        event=str(event.id), at=int(now().timestamp()), body=body, algorithm=to.algorithm, keys=_keys(to)
    )
    kind = "application/cloudevents+json; charset=utf-8"
    return body, {"Content-Type": kind, "User-Agent": "Jishu", "X-Jishu-Number": str(number), **signed}


def _failed(error: Exception, began: float) -> Attempt:
    return Attempt(status=None, said=str(error), seconds=time.monotonic() - began)


def _note(
    delivery: Delivery, attempt: Attempt, *, arrived: bool = False, halted: str = "", final: bool = False
) -> bool:
    """Keep what came of a try; says whether the next delivery may follow."""
    with transaction.atomic():
        to = Subscription.objects.select_for_update().get(pk=delivery.subscription_id)
        held = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if held.state != Delivery.State.WAITING:
            return True  # a person decided meanwhile
        attempt.delivery, attempt.at = held, now()
        attempt.save()
        held.tries += 1
        if arrived:
            held.mark(Delivery.State.SENT, now())
            to.failures, to.due_at = 0, None
        elif halted:
            _halt(to, halted)
        elif final or held.tries >= TRIES:
            held.mark(Delivery.State.DEAD, now())
            _note_dead(to, held, attempt)
        else:
            to.due_at = now() + _wait(held.tries)
        held.save(update_fields=("state", "tries", "ended_at"))
        to.save(update_fields=("state", "reason", "failures", "due_at"))
        return arrived or (held.state == Delivery.State.DEAD and to.state == Subscription.State.ON)


def _note_dead(to: Subscription, delivery: Delivery, attempt: Attempt) -> None:
    to.failures, to.due_at = to.failures + 1, None
    if to.failures >= DEAD_IN_A_ROW:
        _halt(to, f"连续 {to.failures} 条投递失败，最近一次：{attempt.status or ''}{attempt.said}")
    else:
        _tell(
            to,
            f"有一条推送未能送达：{to.name}",
            f"第 {delivery.number} 号投递失败 {delivery.tries} 次，已列入“投递失败”。",
        )


def _halt(to: Subscription, reason: str) -> None:
    to.state, to.reason, to.due_at = Subscription.State.HALTED, reason[:300], None
    _tell(to, f"推送已暂停：{to.name}", f"{reason[:200]}\n事件保留在平台，排除故障后点击“恢复推送”继续。")


def _tell(to: Subscription, title: str, body: str) -> None:
    tell(managers_of(to.unit), title=title, body=body, link=f"/exchange/subscription/{to.uid}/", kind=Kind.ALARM)


def _wait(tries: int) -> timedelta:
    """Threefold each time, a random half up or down, so that many do not come back all at once."""
    wait = min(FIRST_WAIT * 3 ** (tries - 1), LONGEST_WAIT)
    return timedelta(seconds=wait * (0.5 + secrets.randbelow(1000) / 1000))


def _keys(to: Subscription) -> list[bytes]:
    keys = [_opened(to, "secret")]
    if to.old_secret is not None and to.old_until is not None and to.old_until > now():
        keys.append(_opened(to, "old_secret"))
    return keys


def _opened(to: Subscription, column: str) -> bytes:
    stored: Any = getattr(to, column)
    return unseal(stored, Cell.of(to, column))
