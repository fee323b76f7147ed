"""The record cannot be changed unnoticed."""

from dataclasses import dataclass
from threading import Thread
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from jishu.platform.audit.api import Change, entries_about, record, verify
from jishu.platform.audit.chain import canonical, link, sm3
from jishu.platform.audit.models import Chain, Entry


@dataclass(frozen=True)
class Someone:
    name: str = "测试"
    uid: UUID | None = None
    agency_uid: UUID | None = None


CLERK = Someone()
THING = UUID(int=7)


def write(count: int) -> list[Entry]:
    with transaction.atomic():
        numbers = [record(actor=CLERK, verb="thing.done", summary=f"第 {n} 次") for n in range(count)]
    return list(Entry.objects.filter(id__in=numbers).order_by("id"))


def tamper(statement: str, *values: object) -> None:
    """What somebody with the database password could do: the triggers are switched off first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


def test_sm3_is_the_standards():
    # GB/T 32905-2016, appendix A.1
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_one_spelling_per_value():
    assert canonical({"b": 1, "a": "中"}) == '{"a":"中","b":1}'.encode()
    assert link(bytes(32), {"a": 1}) != link(bytes(32), {"a": 2})


@pytest.mark.django_db
def test_a_whole_record_verifies():
    write(5)

    verdict = verify()

    assert verdict.flaws == ()
    assert verdict.entries == Entry.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET verb = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_the_database_refuses_to_change_an_entry(statement):
    write(1)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.django_db
def test_an_edited_entry_is_named():
    target = write(3)[1]
    tamper("UPDATE audit_entry SET actor_name = '别人' WHERE id = %s", target.id)

    flaws = verify().flaws

    assert [(flaw.kind, flaw.chain, flaw.seq) for flaw in flaws] == [("edited", target.chain_id, target.seq)]


@pytest.mark.django_db
def test_a_missing_entry_is_named():
    target = write(3)[1]
    tamper("DELETE FROM audit_entry WHERE id = %s", target.id)

    assert [flaw.kind for flaw in verify().flaws] == ["missing"]


@pytest.mark.django_db
def test_a_cut_tail_is_noticed():
    target = write(3)[-1]
    tamper("DELETE FROM audit_entry WHERE id = %s", target.id)

    assert [flaw.kind for flaw in verify().flaws] == ["truncated"]


@pytest.mark.django_db
def test_two_entries_in_each_others_place_are_noticed():
    first, second = write(3)[:2]
    tamper("UPDATE audit_entry SET seq = -1 WHERE id = %s", first.id)
    tamper("UPDATE audit_entry SET seq = %s WHERE id = %s", first.seq, second.id)
    tamper("UPDATE audit_entry SET seq = %s WHERE id = %s", second.seq, first.id)

    assert verify().flaws


@pytest.mark.django_db
def test_the_command_line_says_so_and_fails(capsys):
    target = write(2)[0]
    call_command("audit", "verify")
    assert "全部完好" in capsys.readouterr().out

    tamper("UPDATE audit_entry SET summary = '改' WHERE id = %s", target.id)
    with pytest.raises(CommandError):
        call_command("audit", "verify")


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
