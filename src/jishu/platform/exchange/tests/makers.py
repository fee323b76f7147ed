"""Smallest valid subscriptions, deliveries and readers."""

from itertools import count
from uuid import uuid4

from jishu.platform.exchange.models import Delivery, Reader, Subscription
from jishu.platform.identity.api import Unit
from jishu.platform.lib.clock import now
from jishu.platform.lib.sealed import Cell, seal

SECRET = b"0123456789abcdef0123456789abcdef"
_numbers = count(1)


def make_subscription(unit: Unit, url: str = "http://127.0.0.1:1/hook", **more) -> Subscription:
    number = next(_numbers)
    made = Subscription(system=f"system{number:04d}", name=f"第{number:04d}号系统", url=url, unit=unit, **more)
    made.secret = seal(SECRET, Cell.of(made, "secret"))
    made.state = more.get("state", Subscription.State.ON)
    made.save()
    return made


def make_delivery(unit: Unit, subscription: Subscription | None = None, **more) -> Delivery:
    to = subscription or make_subscription(unit)
    to.last_number += 1
    to.save()
    more = {"type": "identity.person_left", "subject": f"subject-{to.system}", "event": uuid4()} | more
    state = more.get("state", Delivery.State.DEAD)
    ended = None if state == Delivery.State.WAITING else now()
    return Delivery.objects.create(
        subscription=to, number=to.last_number, ended_at=ended, tries=8, **(more | {"state": state})
    )


def make_reader(unit: Unit | None = None) -> Reader:
    number = next(_numbers)
    return Reader.objects.create(
        handler=f"test.handler{number}", title=f"第{number:04d}个处理", stream="identity", seq=0
    )


MAKERS = {
    "exchange.subscription": make_subscription,
    "exchange.delivery": make_delivery,
    "exchange.reader": make_reader,
}
