"""Telling of facts: declared, shaped, together with what they tell of; numbered without gaps; kept as they are."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from jsonschema import Draft202012Validator

from jishu.platform.contract import event_types
from jishu.platform.outbox import models
from jishu.platform.outbox.api import (
    Misshapen,
    OutsideTransaction,
    Undeclared,
    cloud_event,
    end_of,
    event_called,
    events_after,
    prune,
    publish,
    sequence,
    sequence_all,
)

from .makers import LEFT, STREAM, read, tell, told

pytestmark = pytest.mark.django_db


def test_what_no_contract_declares_cannot_be_told():
    with pytest.raises(Undeclared, match=r"identity\.person_vanished"):
        publish("identity.person_vanished", subject=uuid4(), data={})


@pytest.mark.parametrize(
    "data",
    [{}, {"person": "x", "code": 1, "on": "2026-11-23"}, {"person": "x", "code": "P", "on": "y", "name": "张三"}],
)
def test_data_of_another_shape_are_refused_and_nothing_is_written(data):
    with pytest.raises(Misshapen):
        publish(LEFT, subject=uuid4(), data=data)

    assert not models.Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_told():
    with pytest.raises(OutsideTransaction):
        publish(LEFT, subject="x", data={"person": "x", "code": "P1", "on": "2026-11-23"})


def test_what_did_not_happen_is_not_told():
    def fail():
        with transaction.atomic():
            tell("told with what failed")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert told() == read()


def test_each_stream_counts_for_itself_and_in_the_order_of_telling():
    codes = [f"P{number}" for number in range(20)]
    for code in codes:
        tell(code)
        _tell_of_a_case()
    assert read() == []

    assert sequence() == 40

    assert [event.seq for event in read()] == list(range(1, 21))
    assert [event.data["code"] for event in read()] == codes
    assert end_of("workflow").last == 20
    assert sequence() == 0


def _tell_of_a_case():
    case = str(uuid4())
    data = {"case": case, "number": "1", "item": "T-01", "state": "withdrawn", "applicant": str(uuid4())}
    publish("workflow.case_withdrawn", subject=case, data=data)


def test_a_reader_asks_on_from_where_it_stopped():
    told(5)

    assert [event.seq for event in read(after=3)] == [4, 5]
    assert [event.seq for event in events_after(STREAM, 0, upto=5, limit=2)] == [1, 2]
    assert [event.seq for event in events_after(STREAM, 0, upto=3, limit=9)] == [1, 2, 3]
    assert events_after(STREAM, 0, upto=5, limit=9, types=["identity.unit_opened"]) == []


def test_a_cloud_event_has_what_the_specification_requires():
    [event] = told(unit=uuid4())

    shown = json.loads(json.dumps(cloud_event(event)))

    assert not list(Draft202012Validator(CLOUD_EVENT).iter_errors(shown))
    assert shown["id"] == str(event.id)
    assert shown["type"] == "cn.jgsw.identity.person_left"
    assert shown["data"] == event.data
    assert cloud_event(told()[0])["sequence"] > shown["sequence"]


# By the specification of CloudEvents 1.0.2 and its extension "sequence": names of attributes are lower-case letters
# and digits, the four required ones are not empty.
CLOUD_EVENT = {
    "type": "object",
    "required": ["id", "source", "specversion", "type"],
    "propertyNames": {"pattern": "^[a-z0-9]{1,20}$"},
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "minLength": 1, "pattern": "^urn:[a-z0-9][a-z0-9-]{0,31}:.+"},
        "specversion": {"const": "1.0"},
        "type": {"type": "string", "minLength": 1},
        "subject": {"type": "string", "minLength": 1},
        "time": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)$"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"type": "string", "pattern": "^urn:"},
        "sequence": {"type": "string", "pattern": r"^\d{19}$"},
    },
}


def test_an_event_never_changes_and_is_not_removed_before_its_time():
    [event] = told()
    rows = models.Event.objects.filter(uid=event.id)

    for tamper in (
        lambda: rows.update(data={}),
        lambda: rows.update(seq=99),
        lambda: rows.update(seq=None),
        rows.delete,
        lambda: connection.cursor().execute("TRUNCATE outbox_event"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            tamper()
    tell("not numbered yet")
    with pytest.raises(IntegrityError), transaction.atomic():
        models.Event.objects.filter(seq=None).update(data={}, seq=2)


def test_old_events_go_from_the_front_once_everybody_has_read_them():
    old, new = told(4, days_ago=200), told(2)

    assert prune({STREAM: 0}) == 0
    assert prune({STREAM: 3}) == 3
    assert prune({STREAM: 6}) == 1

    assert (end_of(STREAM).first, end_of(STREAM).last) == (5, 6)
    assert event_called(old[0].id) is None
    assert event_called(new[0].id) == new[0]
    assert prune({STREAM: 6}, kept=timedelta(days=1)) == 0


def test_every_declared_type_belongs_to_its_system_and_its_schema_is_one():
    declared = list(event_types())
    assert declared

    for system, one in declared:
        assert one.type.startswith(f"{system}.")
        Draft202012Validator.check_schema(one.schema)
        assert one.title
    assert len({one.type for _, one in declared}) == len(declared)
    assert sequence_all() == 0
