"""Telling people, their reading it, and by which ways they want to hear."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, Person
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict, DomainError, Missing
from jishu.platform.lib.sealed import Cell, seal
from jishu.runtime.environment import Environment

from . import channels, dispatching, selectors, wording
from .channels import Letter
from .kinds import Channel, Kind, Mode
from .models import Address, Dispatch, Message, Preference, Restless, Template
from .selectors import messages_of, unread_of

SET = "notify.set_preference"
CODE_FOR = timedelta(minutes=15)
WRONG_AT_MOST = 5
CODE_AGAIN = timedelta(minutes=1)


class ChannelClosed(DomainError):
    """该渠道没有开通，请联系运维人员。"""


class WrongCode(DomainError):
    """验证码不正确或已过期。可以重新获取验证码。"""


class JustSent(DomainError):
    """验证码刚刚发出，请一分钟后再试。"""


class NotFailed(Conflict):
    """这条外发不是“未送达”状态，不能重发。"""


def tell(
    people: Iterable[Person], *, title: str, body: str = "", link: str = "", case: UUID | None = None,
    kind: Kind = Kind.GENERAL,
) -> None:  # fmt: skip
    """Leave each of them one message, in one statement of the caller's transaction: told if and only if it happened.

    What leaves the platform is decided here as well, and sent by the worker once the transaction is committed.
    """
    known = {person.pk: person for person in people}
    told = Message.objects.bulk_create(
        Message(person=person, title=title[:120], body=body[:2000], link=link, case=case, kind=kind)
        for person in known.values()
    )
    dispatching.make_out(told, kind)


@command("notify.read_message", audited_as="message.read", titled="阅读消息")
def read_message(actor: Actor, *, message: UUID) -> Message:
    told = claim(messages_of(actor), message)
    if told.read_at is None:
        told.read_at = now()
        told.save(update_fields=("read_at",))
    return told


@command("notify.read_message", audited_as="message.all_read", titled="将消息全部标为已读")
def read_all(actor: Actor) -> int:
    return unread_of(actor).update(read_at=now())


@command(SET, audited_as="address.set", titled="设置接收地址")
def set_address(actor: Actor, *, channel: Channel, value: str, key: str = "") -> tuple[Address, str]:
    """The code that proves it, to be sent there; until it comes back nothing else is."""
    environment = Environment.read()
    if channel not in channels.open_channels(environment):
        raise ChannelClosed
    if channel is not Channel.MAIL:
        channels.check_robot(value, environment)
    address, is_new = Address.objects.select_for_update().get_or_create(
        person_id=actor.person_id, channel=channel, defaults={"value": b""}
    )
    if not is_new and address.code_until and address.code_until > now() + CODE_FOR - CODE_AGAIN:
        raise JustSent
    code = f"{secrets.randbelow(10**6):06d}"
    address.value = seal(value, Cell.of(address, "value"))
    address.key = seal(key, Cell.of(address, "key")) if key else None
    address.code, address.code_until, address.wrong = _digest(address, code), now() + CODE_FOR, 0
    address.confirmed_at = None
    address.save()
    return address, code


def send_code(channel: Channel, value: str, key: str, code: str) -> None:
    """After the command has committed: what is sent must be what is kept. Raises what the channel says."""
    body = f"验证码 {code},15 分钟内有效。如果不是您本人在机枢平台上设置，请不要理会。"
    channels.send(channel, Letter(to=value, title="机枢平台：验证接收地址", body=body, key=key))


@command(SET, audited_as="address.confirmed", titled="验证接收地址")
def confirm_address(actor: Actor, *, channel: Channel, code: str) -> bool:
    """False when the code is wrong; that must be kept, or one could guess for ever."""
    address = Address.objects.select_for_update().filter(person=actor.person_id, channel=channel).first()
    if address is None:
        raise Missing
    alive = address.code_until is not None and address.code_until > now() and address.wrong < WRONG_AT_MOST
    right = alive and hmac.compare_digest(address.code, _digest(address, code.strip()))
    if right:
        address.confirmed_at, address.code, address.code_until = now(), "", None
    else:
        address.wrong = min(address.wrong + 1, WRONG_AT_MOST)
    address.save()
    return right


@command(SET, audited_as="address.removed", titled="删除接收地址")
def remove_address(actor: Actor, *, channel: Channel) -> None:
    Address.objects.filter(person=actor.person_id, channel=channel).delete()


@command(SET, audited_as="preference.set", titled="修改接收设置")
def set_preferences(actor: Actor, *, modes: Mapping[tuple[Kind, Channel], Mode], quiet: bool) -> None:
    person = actor.person_id
    rows = [Preference(person_id=person, kind=pair[0], channel=pair[1], mode=mode) for pair, mode in modes.items()]
    Preference.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("person", "kind", "channel"), update_fields=("mode",),
    )  # fmt: skip
    if quiet:
        Restless.objects.filter(person=person).delete()
    else:
        Restless.objects.get_or_create(person_id=person)


@command("notify.change_template", audited_as="template.amended", titled="修改消息模板")
def amend_template(actor: Actor, /, *, template: Template, title: str, body: str) -> Template:
    held = claim(selectors.templates_visible_to(actor), template)
    wording.check(title)
    wording.check(body)
    held.title, held.body = title, body
    held.save(update_fields=("title", "body"))
    return held


@command("notify.change_dispatch", audited_as="dispatch.repeated", titled="重发消息")
def send_again(actor: Actor, *, dispatch: UUID) -> Dispatch:
    """A person decides that a second copy does no harm."""
    held = claim(selectors.dispatches_visible_to(actor), dispatch)
    if held.state != Dispatch.State.FAILED:
        raise NotFailed
    held.state, held.due_at, held.tries, held.reason, held.ended_at = Dispatch.State.WAITING, now(), 0, "", None
    held.save()
    return held


def enlist_templates() -> None:
    """Every kind has its words on every channel; what somebody changed stays as it is. Repeatable."""
    Template.objects.bulk_create(
        [
            Template(kind=kind, channel=channel, title=wording.DEFAULT_TITLE, body=wording.DEFAULT_BODY)
            for kind in Kind
            for channel in Channel
        ],
        ignore_conflicts=True,
    )


def _digest(address: Address, code: str) -> str:
    return hashlib.sha256(f"{address.uid}|{code}".encode()).hexdigest()
