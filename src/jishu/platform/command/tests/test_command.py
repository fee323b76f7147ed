"""The one way to change data: refused, atomic, recorded."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from django.contrib.contenttypes.models import ContentType

from jishu.platform.audit.api import Entry
from jishu.platform.command import command
from jishu.platform.lib.errors import Refused


@dataclass(frozen=True)
class Someone:
    permissions: frozenset[str]
    name: str = "测试"
    uid: UUID | None = None
    agency_uid: UUID | None = None

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def doer_for(self, permission, records):
        return self


CLERK = Someone(frozenset({"test.do"}))
STRANGER = Someone(frozenset())


@command("test.do", audited_as="thing.done", titled="做一件事")
def do(actor, *, label="某类", fail=False):
    made = ContentType.objects.create(app_label=label, model=str(uuid4())[:8])
    if fail:
        raise RuntimeError
    return made


@pytest.mark.django_db
def test_without_permission_nothing_runs():
    with pytest.raises(Refused):
        do(STRANGER)

    assert not Entry.objects.filter(verb="thing.done").exists()


@pytest.mark.django_db
def test_what_took_effect_is_recorded_with_its_title():
    do(CLERK)

    entry = Entry.objects.get(verb="thing.done")
    assert entry.actor_name == "测试"
    assert entry.summary == "做一件事"


@pytest.mark.django_db
def test_what_failed_leaves_neither_change_nor_entry():
    with pytest.raises(RuntimeError):
        do(CLERK, label="failed", fail=True)

    assert not ContentType.objects.filter(app_label="failed").exists()
    assert not Entry.objects.filter(verb="thing.done").exists()


@pytest.mark.django_db
def test_a_command_inside_another_leaves_its_own_entry_and_one_transaction():
    @command("test.do", audited_as="outer.done")
    def outer(actor, *, fail):
        do(actor, label="inner")
        if fail:
            raise RuntimeError

    outer(CLERK, fail=False)
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"thing.done", "outer.done"}

    before = Entry.objects.count()
    with pytest.raises(RuntimeError):
        outer(CLERK, fail=True)
    assert Entry.objects.count() == before


def test_services_say_what_they_need():
    assert do.permission == "test.do"
    assert do.audited_as == "thing.done"
