"""Smallest valid entries."""

from dataclasses import dataclass
from itertools import count as counted
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from jishu.platform.audit.models import Entry, Head
from jishu.platform.audit.record import Change, record
from jishu.platform.audit.sealing import seal


@dataclass(frozen=True)
class Someone:
    name: str = "测试"
    uid: UUID | None = None
    agency_uid: UUID | None = None


CLERK = Someone()
_numbers = counted(1)


def write(count: int) -> list[Entry]:
    """Entries of one command after another, all in the same chain."""
    with transaction.atomic():
        numbers = [record(actor=CLERK, verb="thing.done", summary=f"第 {n} 次") for n in range(count)]
    return list(Entry.objects.filter(id__in=numbers).order_by("id"))


def tamper(statement: str, *values: object) -> None:
    """What somebody with the database password could do: the triggers are switched off first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def make_entry(agency: Any) -> Entry:
    changes = [Change(kind="test.thing", uid=uuid4(), label="某物")]
    someone = Someone(f"经手人{next(_numbers)}", uuid4(), agency.uid)
    return Entry.objects.get(pk=record(actor=someone, verb="thing.done", changes=changes))


def make_head(agency: Any) -> Head:
    make_entry(agency)
    head = seal().head
    assert head is not None
    return Head.objects.get(pk=head.size)


MAKERS = {"audit.entry": make_entry, "audit.head": make_head}
