"""What administrators do: keep subscriptions, replay and discard deliveries, set parked handlers going again."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.lib.outgoing import NoAnswer, checked_url, where
from jishu.platform.lib.sealed import Cell, seal, unseal
from jishu.platform.outbox.api import event_called
from jishu.runtime.environment import Environment

from . import selectors
from .making_out import begin_at_the_end
from .models import Delivery, Reader, Subscription
from .signing import new_secret, spelt

CHANGE, CHANGE_DELIVERY, CHANGE_READER = (
    "exchange.change_subscription", "exchange.change_delivery", "exchange.change_reader",
)  # fmt: skip
BOTH_COUNT_FOR = timedelta(hours=24)
MOST = 500


class SystemTaken(Conflict):
    """该系统代码已有推送订阅。"""


class SecretFirst(DomainError):
    """请先生成密钥并交给对方系统，再启用推送。"""


class ReasonRequired(DomainError):
    """请写明理由。"""


class NothingChosen(DomainError):
    """请先勾选要处理的投递。"""


class TooMany(DomainError):
    """一次最多处理 500 条，请分批办理。"""


class EventGone(DomainError):
    """其中有事件已超过保存期限，不能重新投递，只能放弃。"""


class NotParked(Conflict):
    """该事件处理已恢复或已处理到别处，请刷新后查看。"""


@command("exchange.add_subscription", audited_as="subscription.registered", titled="登记推送订阅")
def register_subscription(actor: Actor, /, **values: Any) -> Subscription:
    if not actor.scope("exchange.add_subscription").covers(values["unit"]):
        raise Missing("您不负责该单位的共享交换。", field="unit")
    _check_url(values["url"])
    with explained({"exchange_subscription_system_key": SystemTaken(field="system")}):
        return Subscription.objects.create(**values)


@command(CHANGE, audited_as="subscription.amended", titled="修改推送订阅")
def amend_subscription(actor: Actor, /, *, subscription: Subscription, **values: Any) -> Subscription:
    """From the next event on; what is made out already goes to the new address."""
    held = claim(selectors.subscriptions_changed_by(actor), subscription)
    if "unit" in values and not actor.scope(CHANGE).covers(values["unit"]):
        raise Missing("您不负责该单位的共享交换。", field="unit")
    if values.get("url", held.url) != held.url:
        _check_url(values["url"])
    for name, value in values.items():
        setattr(held, name, value)
    with explained({"exchange_subscription_system_key": SystemTaken(field="system")}):
        held.save()
    return held


@command(CHANGE, audited_as="subscription.secret_renewed", titled="生成推送密钥")
def renew_secret(actor: Actor, *, subscription: UUID) -> tuple[Subscription, str]:
    """The secret as it is told, this once. The one before it counts for another day."""
    held = claim(selectors.subscriptions_changed_by(actor), subscription)
    if held.secret is not None:
        before = unseal(held.secret, Cell.of(held, "secret"))
        held.old_secret, held.old_until = seal(before, Cell.of(held, "old_secret")), now() + BOTH_COUNT_FOR
    secret = new_secret()
    held.secret = seal(secret, Cell.of(held, "secret"))
    held.save(update_fields=("secret", "old_secret", "old_until"))
    return held, spelt(secret)


@command(CHANGE, audited_as="subscription.switched_on", titled="启用或恢复推送")
def switch_on(actor: Actor, *, subscription: UUID) -> Subscription:
    """One that was off begins with what happens from now on; one that was halted goes on where it stood."""
    held = claim(selectors.subscriptions_changed_by(actor), subscription)
    if held.secret is None:
        raise SecretFirst
    if held.state == Subscription.State.OFF:
        begin_at_the_end(held)
    held.state, held.reason, held.failures, held.due_at = Subscription.State.ON, "", 0, None
    held.save(update_fields=("state", "reason", "failures", "due_at"))
    return held


@command(CHANGE, audited_as="subscription.switched_off", titled="停用推送")
def switch_off(actor: Actor, *, subscription: UUID) -> Subscription:
    """What has not been sent stays; what happens meanwhile is not made out later."""
    held = claim(selectors.subscriptions_changed_by(actor), subscription)
    held.state, held.reason, held.due_at = Subscription.State.OFF, "", None
    held.save(update_fields=("state", "reason", "due_at"))
    return held


@command(CHANGE, audited_as="subscription.tested", titled="发送测试推送")
def note_test(actor: Actor, *, subscription: UUID) -> Subscription:
    """On record before anything leaves the platform; see ``trying.ping``."""
    held = claim(selectors.subscriptions_changed_by(actor), subscription)
    if held.secret is None:
        raise SecretFirst
    return held


@command(CHANGE_DELIVERY, audited_as="delivery.replayed", titled="重新投递")
def replay(actor: Actor, *, deliveries: Iterable[UUID]) -> list[Delivery]:
    """Back into their places in the queue, with their own numbers; the receiver knows the event by its id."""
    chosen = _chosen(actor, deliveries)
    if any(event_called(one.event) is None for one in chosen):
        raise EventGone
    for one in chosen:
        one.mark(Delivery.State.WAITING, None)
        one.tries, one.reason = 0, ""
    Delivery.objects.bulk_update(chosen, ("state", "ended_at", "tries", "reason"))
    Subscription.objects.filter(pk__in={one.subscription_id for one in chosen}).update(due_at=None)
    return chosen


@command(CHANGE_DELIVERY, audited_as="delivery.discarded", titled="放弃投递")
def discard(actor: Actor, *, deliveries: Iterable[UUID], reason: str) -> list[Delivery]:
    if not reason.strip():
        raise ReasonRequired(field="reason")
    chosen = [one for one in _chosen(actor, deliveries) if one.state != Delivery.State.SENT]
    for one in chosen:
        one.mark(Delivery.State.DISCARDED, now())
        one.reason = reason.strip()[:300]
    Delivery.objects.bulk_update(chosen, ("state", "ended_at", "reason"))
    return chosen


@command(CHANGE_READER, audited_as="reader.retried", titled="重试事件处理")
def retry_reader(actor: Actor, *, reader: UUID) -> Reader:
    held = _parked(actor, reader)
    held.state, held.tries, held.due_at = Reader.State.RUNNING, 0, None
    held.save(update_fields=("state", "tries", "due_at"))
    return held


@command(CHANGE_READER, audited_as="reader.skipped_event", titled="跳过事件")
def skip_event(actor: Actor, *, reader: UUID, event: UUID, reason: str) -> Reader:
    """A person answers for it, by name and with a reason; the program never does this by itself."""
    if not reason.strip():
        raise ReasonRequired(field="reason")
    held = _parked(actor, reader)
    skipped = event_called(event)
    if skipped is None or held.event != event:
        raise NotParked
    held.state, held.tries, held.due_at = Reader.State.RUNNING, 0, None
    held.seq, held.event, held.reason = skipped.seq, None, f"已跳过 {skipped.seq} 号：{reason.strip()[:300]}"
    held.save()
    return held


def _parked(actor: Actor, reader: UUID) -> Reader:
    held = claim(selectors.readers_visible_to(actor), reader)
    if held.state != Reader.State.PARKED:
        raise NotParked
    return held


def _chosen(actor: Actor, deliveries: Iterable[UUID]) -> list[Delivery]:
    wanted = list(dict.fromkeys(deliveries))
    if not wanted:
        raise NothingChosen
    if len(wanted) > MOST:
        raise TooMany
    rows = selectors.deliveries_changed_by(actor).select_for_update(of=("self",)).filter(uid__in=wanted)
    chosen = list(rows.exclude(state=Delivery.State.WAITING).order_by("id"))
    if not chosen:
        raise Missing
    touched(*chosen)
    return chosen


def _check_url(url: str) -> None:
    """Early and in the form; it is checked again whenever something is sent."""
    checked_url(url)
    try:
        where(url, Environment.read().outgoing_networks)
    except NoAnswer:
        return  # a name that is not known yet may be known tomorrow
