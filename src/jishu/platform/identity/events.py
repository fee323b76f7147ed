"""What the organisation tells of itself: keys and days, no names."""

from datetime import date

from jishu.platform.contract import DAY, KEY, TEXT, EventType, data_of
from jishu.platform.outbox.api import publish

from .models import Appointment, Person, Unit

TYPES = (
    EventType(
        type="identity.unit_opened",
        title="设立单位或处室",
        schema=data_of(unit=KEY, code=TEXT, name=TEXT, kind=TEXT, opened_on=DAY),
    ),
    EventType(
        type="identity.unit_renamed",
        title="单位或处室更名",
        schema=data_of(unit=KEY, code=TEXT, name=TEXT, old_name=TEXT),
    ),
    EventType(
        type="identity.unit_moved",
        title="单位或处室调整隶属",
        schema=data_of(unit=KEY, code=TEXT, parent=KEY, old_parent=TEXT, on=DAY),
    ),
    EventType(
        type="identity.unit_merged",
        title="单位或处室并入",
        schema=data_of(unit=KEY, code=TEXT, successor=KEY, on=DAY),
    ),
    EventType(type="identity.unit_closed", title="单位或处室撤销", schema=data_of(unit=KEY, code=TEXT, on=DAY)),
    EventType(
        type="identity.unit_succeeded",
        title="单位或处室由另一单位承接",
        schema=data_of(unit=KEY, code=TEXT, successor=KEY, on=DAY),
    ),
    EventType(
        type="identity.person_appointed",
        title="人员任职",
        schema=data_of(person=KEY, code=TEXT, unit=KEY, post=TEXT, rank=TEXT, since=DAY),
    ),
    EventType(type="identity.person_stayed", title="取消离岗", schema=data_of(person=KEY, code=TEXT, on=DAY)),
    EventType(type="identity.person_left", title="人员离岗", schema=data_of(person=KEY, code=TEXT, on=DAY)),
)


def unit_opened(unit: Unit) -> None:
    data = {
        "unit": str(unit.uid), "code": unit.code, "name": unit.name, "kind": unit.kind,
        "opened_on": str(unit.opened_on),
    }  # fmt: skip
    publish("identity.unit_opened", subject=unit.uid, unit=unit.uid, data=data)


def unit_renamed(unit: Unit, old_name: str) -> None:
    data = {"unit": str(unit.uid), "code": unit.code, "name": unit.name, "old_name": old_name}
    publish("identity.unit_renamed", subject=unit.uid, unit=unit.uid, data=data)


def unit_moved(unit: Unit, old_parent: Unit | None, on: date) -> None:
    """Told of the node that was moved; what hangs below it goes along."""
    data = {
        "unit": str(unit.uid), "code": unit.code, "parent": str(unit.parent.uid) if unit.parent else "",
        "old_parent": str(old_parent.uid) if old_parent else "", "on": str(on),
    }  # fmt: skip
    publish("identity.unit_moved", subject=unit.uid, unit=unit.uid, data=data)


def unit_merged(unit: Unit, into: Unit, on: date) -> None:
    _publish_successor("identity.unit_merged", unit, into, on)


def unit_succeeded(unit: Unit, successor: Unit, on: date) -> None:
    """Parts of it, or all, are another's from that day: a split, or a unit that is closed."""
    _publish_successor("identity.unit_succeeded", unit, successor, on)


def unit_closed(unit: Unit, on: date) -> None:
    data = {"unit": str(unit.uid), "code": unit.code, "on": str(on)}
    publish("identity.unit_closed", subject=unit.uid, unit=unit.uid, data=data)


def _publish_successor(told: str, unit: Unit, successor: Unit, on: date) -> None:
    data = {"unit": str(unit.uid), "code": unit.code, "successor": str(successor.uid), "on": str(on)}
    publish(told, subject=unit.uid, unit=unit.uid, data=data)


def person_appointed(held: Appointment, since: date) -> None:
    data = {
        "person": str(held.person.uid), "code": held.person.code, "unit": str(held.unit.uid), "post": held.post,
        "rank": held.rank, "since": str(since),
    }  # fmt: skip
    publish("identity.person_appointed", subject=held.person.uid, unit=held.unit.uid, data=data)


def person_left(person: Person, unit: Unit | None, on: date) -> None:
    data = {"person": str(person.uid), "code": person.code, "on": str(on)}
    publish("identity.person_left", subject=person.uid, unit=unit.uid if unit else None, data=data)


def person_stayed(person: Person, unit: Unit | None, on: date) -> None:
    """The departure that was told of for that day does not take place."""
    data = {"person": str(person.uid), "code": person.code, "on": str(on)}
    publish("identity.person_stayed", subject=person.uid, unit=unit.uid if unit else None, data=data)
