"""Our own handlers: in order, once, nothing left out; what cannot be digested stops one handler and no other."""

from datetime import timedelta

import pytest

from jishu.platform.audit.api import Entry
from jishu.platform.contract import event_handlers, event_types
from jishu.platform.exchange import handling, selectors, services
from jishu.platform.exchange.models import Handled, Reader
from jishu.platform.lib.clock import frozen, now
from jishu.platform.lib.errors import DomainError
from jishu.platform.notify.api import messages_of
from jishu.platform.outbox.api import end_of
from jishu.platform.outbox.tests.makers import STREAM, read, told

pytestmark = pytest.mark.django_db


def reader() -> Reader:
    return Reader.objects.get(handler="test.ear", stream=STREAM)


def work_off(**how) -> int:
    return handling.work_off(reader().pk, **how)


def test_events_are_heard_in_their_order_and_once(ear):
    told(5)

    assert work_off() == 5
    assert work_off() == 0

    assert ear.heard == ["P0", "P1", "P2", "P3", "P4"]
    assert reader().seq == 5
    assert Handled.objects.filter(reader=reader()).count() == 5


def test_a_new_handler_begins_at_the_end_not_with_the_past(db, request):
    told(3)
    ear = request.getfixturevalue("ear")
    handling.enlist()
    told(1)

    work_off()

    assert len(ear.heard) == 1
    assert reader().seq == 4


def test_a_long_queue_is_worked_off_in_turns(ear):
    told(5)

    assert work_off(at_once=2) == 2
    assert selectors.readers_behind() == [reader().pk]
    assert work_off(at_once=9) == 3
    assert selectors.readers_behind() == []


def test_events_of_other_types_are_passed_by(ear):
    types = ("identity.unit_renamed", "identity.unit_opened")
    assert not set(types) & {"identity.person_left"}
    told(1)
    Reader.objects.update(seq=0)
    monkey = [one for one in event_handlers() if types[0] in one.types]
    assert monkey == []

    work_off()

    assert reader().seq == end_of(STREAM).last


def test_an_event_that_comes_again_changes_nothing(ear):
    told(3)
    work_off()
    Reader.objects.update(seq=0)  # as after a cursor restored from a backup

    assert work_off() == 3

    assert ear.heard == ["P0", "P1", "P2"]


def test_a_poison_event_stops_its_handler_with_the_reason_and_nothing_is_skipped(ear, manager):
    ear.poison = {"P1"}
    told(3)

    work_off()
    assert (ear.heard, reader().state, reader().tries) == (["P0"], "running", 1)
    assert work_off() == 0  # before its time it is not even tried by the beat
    assert selectors.readers_behind() == []
    _until_parked()

    stopped = reader()
    assert (stopped.state, stopped.seq, stopped.event) == ("parked", 1, read()[1].id)
    assert "读不懂 P1" in stopped.reason
    assert "conftest.py" in stopped.reason
    assert ear.heard == ["P0"]
    assert [one.title for one in messages_of(manager)] == ["事件处理已停下：试听"]


def _until_parked() -> None:
    for hours in range(1, 9):
        with frozen(now() + timedelta(hours=hours)):
            if selectors.readers_behind():
                work_off()
    assert reader().state == "parked"


def test_others_go_on_while_one_is_parked(ear, monkeypatch):
    handling.enlist()
    other = Reader.objects.create(handler="test.ear", title="另一个", stream="workflow", seq=0)
    ear.poison = {"P0"}
    told(1)
    _until_parked()

    assert handling.work_off(other.pk) == 0
    other.refresh_from_db()
    assert other.state == "running"


def test_a_person_sets_it_going_again_once_the_cause_is_gone(ear, manager):
    ear.poison = {"P0"}
    told(2)
    _until_parked()
    ear.poison = set()

    services.retry_reader(manager, reader=reader().uid)
    work_off()

    assert ear.heard == ["P0", "P1"]
    assert (reader().state, reader().reason) == ("running", "")
    with pytest.raises(services.NotParked):
        services.retry_reader(manager, reader=reader().uid)


def test_only_a_person_skips_an_event_by_name_and_for_a_reason(ear, manager):
    ear.poison = {"P0"}
    told(2)
    _until_parked()
    event = reader().event

    with pytest.raises(services.ReasonRequired):
        services.skip_event(manager, reader=reader().uid, event=event, reason=" ")
    with pytest.raises(services.NotParked):
        services.skip_event(manager, reader=reader().uid, event=read()[1].id, reason="看错了")
    services.skip_event(manager, reader=reader().uid, event=event, reason="该人员为重复登记")
    work_off()

    assert ear.heard == ["P1"]
    entry = Entry.objects.get(verb="reader.skipped_event")
    assert "该人员为重复登记" in str(entry.changes)


def test_what_a_handler_did_before_it_failed_is_undone(ear, monkeypatch):
    def half(event):
        Reader.objects.create(handler="half", title="一半", stream="x", seq=0)
        raise DomainError("后一半不行")

    monkeypatch.setattr(ear, "hear", half)
    declared = next(handling.event_handlers())
    object.__setattr__(declared, "handle", half)
    monkeypatch.setattr(handling, "event_handlers", lambda: iter([declared]))
    told(1)

    work_off()

    assert not Reader.objects.filter(handler="half").exists()
    assert reader().tries == 1


def test_every_declared_handler_hears_types_that_somebody_tells_of():
    known = {declared.type for _, declared in event_types()}
    handlers = list(event_handlers())

    assert handlers
    assert {name for one in handlers for name in one.types} <= known
    assert len({one.key for one in handlers}) == len(handlers)
