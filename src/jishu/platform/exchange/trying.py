"""Trying out a subscription: one signed message that is no event, sent at once, its answer shown."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from jishu.platform.contract import Event
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.outgoing import post
from jishu.runtime.environment import Environment

from . import services
from .pushing import letter


@dataclass(frozen=True)
class Tried:
    arrived: bool
    sentence: str
    answer: str = ""


def ping(actor: Actor, subscription: UUID) -> Tried:
    to = services.note_test(actor, subscription=subscription)
    body, headers = letter(to, _nothing_happened(), 0)
    try:
        answer = post(to.url, body, headers, networks=Environment.read().outgoing_networks)
    except DomainError as error:
        return Tried(False, f"测试没有送达：{error.message}")
    took = f"{answer.seconds:.1f} 秒"
    if answer.accepted:
        return Tried(True, f"测试已送达，对方应答 {answer.status}，用时 {took}。", answer.text)
    return Tried(False, f"对方应答 {answer.status}，没有接受这条测试，用时 {took}。", answer.text)


def _nothing_happened() -> Event:
    return Event(
        id=uuid4(), stream="exchange", seq=0, type="exchange.ping", version=1, subject="test", unit=None, at=now(),
        data={},
    )  # fmt: skip
