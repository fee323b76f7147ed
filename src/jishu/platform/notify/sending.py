"""Sending what is due: each dispatch once. What may have arrived is never sent again; what surely did not is."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from django.db import transaction

from jishu.platform.lib.clock import ZONE, now
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.sealed import Cell, Unopenable, unseal
from jishu.runtime.environment import Environment

from . import channels, wording
from .channels import Hopeless, Letter, NotSent
from .kinds import Channel, Kind
from .models import Address, Dispatch, Message, Template

BATCH = 50
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
STUCK_AFTER = timedelta(minutes=10)


def send_due() -> int:
    """Everything due now, batch by batch; says how many left the platform."""
    _give_up_stuck()
    sent = 0
    while taken := _take():
        for _, some in groupby(taken, key=lambda one: (one.message.person_id, one.channel, one.is_digest)):
            sent += _send(list(some))
    return sent


def _take() -> list[Dispatch]:
    """Marked before anything is sent: a process that dies in between leaves a mark, not a second copy."""
    with transaction.atomic():
        rows = Dispatch.objects.filter(state=Dispatch.State.WAITING, due_at__lte=now())
        order = rows.order_by("message__person_id", "channel", "is_digest", "id")
        found = list(order.select_related("message__person").select_for_update(of=("self",), skip_locked=True)[:BATCH])
        Dispatch.objects.filter(pk__in=[one.pk for one in found]).update(
            state=Dispatch.State.SENDING, due_at=now() + STUCK_AFTER
        )
        return found


def _give_up_stuck() -> None:
    stuck = Dispatch.objects.filter(state=Dispatch.State.SENDING, due_at__lte=now())
    reason = "发送途中进程中断，可能已送达，不再重复发送。"
    stuck.update(state=Dispatch.State.FAILED, reason=reason, ended_at=now())


def _send(some: list[Dispatch]) -> int:
    """One letter: a single message, or one person's digest."""
    wanted = [one for one in some if not _drop(one)]
    if not wanted:
        return 0
    letters = [wanted] if wanted[0].is_digest else [[one] for one in wanted]
    return sum(_send_one(letter) for letter in letters)


def _drop(one: Dispatch) -> bool:
    """Nothing goes to whoever has left, and nothing that waited to whoever has read it meanwhile."""
    person, message = one.message.person, one.message
    has_left = person.left_on is not None and person.left_on <= now().astimezone(ZONE).date()
    was_kept_back = one.is_digest or message.created_at < now() - timedelta(minutes=2)
    if has_left or (was_kept_back and message.read_at is not None):
        _end([one], Dispatch.State.DROPPED, "收件人已离岗。" if has_left else "收件人已在平台上阅读。")
        return True
    return False


def _send_one(some: Sequence[Dispatch]) -> int:
    channel = Channel(some[0].channel)
    try:
        channels.send(channel, _letter(channel, some))
    except NotSent as error:
        _put_off(some, error)
        return 0
    except (DomainError, Unopenable) as error:
        _end(some, Dispatch.State.FAILED, str(error))
        return 0
    _end(some, Dispatch.State.SENT, "")
    return len(some)


def _put_off(some: Sequence[Dispatch], error: DomainError) -> None:
    for one in some:
        if one.tries >= len(WAITS):
            _end([one], Dispatch.State.FAILED, error.message)
            continue
        Dispatch.objects.filter(pk=one.pk).update(
            state=Dispatch.State.WAITING, due_at=now() + WAITS[one.tries], tries=one.tries + 1,
            reason=error.message[:300],
        )  # fmt: skip


def _end(some: Sequence[Dispatch], state: Dispatch.State, reason: str) -> None:
    keys = [one.pk for one in some]
    Dispatch.objects.filter(pk__in=keys).update(state=state, reason=reason[:300], ended_at=now())


def _letter(channel: Channel, some: Sequence[Dispatch]) -> Letter:
    person = some[0].message.person
    address = Address.objects.filter(person=person, channel=channel, confirmed_at__isnull=False).first()
    if address is None:
        raise Hopeless("收件人已删除该接收地址。")
    to = unseal(address.value, Cell.of(address, "value")).decode()
    key = unseal(address.key, Cell.of(address, "key")).decode() if address.key else ""
    messages = [one.message for one in some]
    title, body = _digest(messages) if some[0].is_digest else written(channel, messages[0])
    return Letter(to=to, title=title, body=body, key=key)


def written(channel: Channel, message: Message) -> tuple[str, str]:
    """Title and body by the template of its kind."""
    found = Template.objects.filter(kind=message.kind, channel=channel).first()
    title, body = (found.title, found.body) if found else (wording.DEFAULT_TITLE, wording.DEFAULT_BODY)
    values = values_of(message)
    return wording.filled(title, values), wording.filled(body, values)


def values_of(message: Message) -> dict[str, str]:
    base = Environment.read().public_url
    return {
        "title": message.title,
        "body": message.body or message.title,
        "link": f"{base}{message.link}" if base and message.link else "请登录平台查看。",
        "kind": Kind(message.kind).label,
        "person": message.person.name,
        "time": f"{message.created_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
    }


def _digest(messages: Sequence[Message]) -> tuple[str, str]:
    lines = [f"{at}. {message.title}（{values_of(message)['time']}）" for at, message in enumerate(messages, 1)]
    base = Environment.read().public_url
    where = f"{base}/messages/" if base else "请登录平台查看。"
    opening = f"{messages[0].person.name}，您好：\n\n您有 {len(messages)} 条消息：\n\n"
    return f"每日消息摘要（{len(messages)} 条）", f"{opening}{chr(10).join(lines)}\n\n{where}"
