"""The record is written whole, and the database refuses to change it."""

from datetime import date
from decimal import Decimal
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishu.platform.audit.api import Change, Through, entries_about, readings_of, record, record_read, seal, verify
from jishu.platform.audit.chain import canonical, link, sm3
from jishu.platform.audit.models import Chain, Entry
from jishu.platform.audit.record import READ_AT_ONCE

from .makers import CLERK, write

THING = UUID(int=7)


def test_sm3_is_the_standards():
    # GB/T 32905-2016, appendix A.1
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_one_spelling_per_value():
    assert canonical({"b": 1, "a": "中"}) == '{"a":"中","b":1}'.encode()
    assert link(bytes(32), {"a": 1}) != link(bytes(32), {"a": 2})


@pytest.mark.django_db
def test_a_whole_record_verifies():
    write(5)
    seal()
    write(3)

    verdict = verify()

    assert verdict.flaws == ()
    assert verdict.entries == Entry.objects.count()
    assert verdict.sealed == verdict.entries - 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "change"),
    [("audit_entry", "verb = 'x'"), ("audit_stretch", "count = 9"), ("audit_head", "root = ''"),
     ("audit_tile", "hashes = ''")],
)  # fmt: skip
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_what_is_written(table, change, statement):
    write(1)
    seal()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(statement.format(table, change))


@pytest.mark.django_db
def test_history_of_one_record_is_found():
    with transaction.atomic():
        record(
            actor=CLERK,
            verb="a.b",
            changes=[Change(kind="x.y", uid=THING, label="某物", fields={"名称": ("旧", "新")})],
        )

    assert [entry.verb for entry in entries_about(THING)] == ["a.b"]
    assert verify().flaws == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.dates() | st.uuids() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(before=JSON, after=JSON, title=st.text(), summary=st.text())
def test_whatever_is_told_reads_back_as_it_was_hashed(before, after, title, summary):
    with transaction.atomic():
        changes = [Change(kind="x.y", uid=THING, label=title, fields={title: (before, after)})]
        record(actor=CLERK, verb="a.b", changes=changes, summary=summary)

    assert verify().flaws == ()


@pytest.mark.django_db
def test_amounts_and_days_are_told_as_people_write_them():
    with transaction.atomic():
        fields = {"原值": (Decimal("1.10"), 1.5), "日期": (None, date(2026, 1, 2))}
        number = record(actor=CLERK, verb="a.b", changes=[Change(kind="x.y", uid=THING, label="某物", fields=fields)])

    assert Entry.objects.get(pk=number).changes[0]["fields"] == {"原值": ["1.10", "1.5"], "日期": [None, "2026-01-02"]}


@pytest.mark.django_db
def test_reading_is_on_record_but_not_in_the_history():
    others = [uuid4() for _ in range(READ_AT_ONCE)]

    record_read(CLERK, "人员名册：身份证号码", [THING, *others, THING], through=Through.EXPORT)
    record_read(CLERK, "人员名册：身份证号码", [], through=Through.PAGE)

    found = readings_of(THING).get()
    assert (found.verb, found.summary, found.kind) == ("personal.exported", "人员名册：身份证号码", "read")
    assert str(found) == "测试 人员名册：身份证号码"
    assert [len(entry.subjects) for entry in Entry.objects.order_by("id")] == [READ_AT_ONCE, 1]
    assert not entries_about(THING).exists()
    assert verify().flaws == ()


@pytest.mark.django_db(transaction=True)
def test_writers_side_by_side_leave_whole_chains():
    def work():
        for _ in range(20):
            write(1)
        connection.close()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert verify().flaws == ()
    assert sum(Chain.objects.values_list("length", flat=True)) == Entry.objects.count()
