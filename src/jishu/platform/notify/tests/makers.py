"""Smallest valid templates and dispatches."""

from itertools import count, product

from jishu.platform.identity.api import Person, Unit
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.clock import now
from jishu.platform.lib.sealed import Cell, seal
from jishu.platform.notify.kinds import Channel, Kind
from jishu.platform.notify.models import Address, Dispatch, Message, Template

_numbers = count(1)
_PAIRS = list(product(Kind, Channel))


def make_template(unit: Unit | None = None) -> Template:
    number = next(_numbers)
    kind, channel = _PAIRS[number % len(_PAIRS)]
    return Template.objects.create(kind=kind, channel=channel, title=f"第{number:04d}号 {{title}}", body="{body}")


def make_dispatch(unit: Unit, **more) -> Dispatch:
    number = next(_numbers)
    message = Message.objects.create(person=make_person(unit, f"收件人{number:04d}"), title="一条消息")
    more = {"channel": Channel.MAIL, "state": "failed", "due_at": now(), "reason": f"第{number:04d}次没有送达"} | more
    return Dispatch.objects.create(message=message, **more)


def make_address(person: Person, channel: Channel, value: str, key: str = "") -> Address:
    """Confirmed already."""
    made = Address(person=person, channel=channel, confirmed_at=now())
    made.value = seal(value, Cell.of(made, "value"))
    made.key = seal(key, Cell.of(made, "key")) if key else None
    made.save()
    return made


MAKERS = {"notify.template": make_template, "notify.dispatch": make_dispatch}
