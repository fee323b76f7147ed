"""What changed is noticed by the command, in words people read."""

from datetime import date

import pytest

from jishu.platform.audit.api import entries_about
from jishu.platform.command import claim, command, touched
from jishu.platform.identity import granting
from jishu.platform.identity.api import system_actor
from jishu.platform.identity.models import Person, Unit
from jishu.platform.lib.errors import Missing

from .makers import make_department, make_person, make_unit

pytestmark = pytest.mark.django_db
CLERK = system_actor("测试", {"test.do", "identity.add_grant", "identity.change_grant"})


@command("test.do", audited_as="unit.moved")
def move(actor, *, unit, rows, **values):
    unit = claim(rows, unit)
    for name, value in values.items():
        setattr(unit, name, value)
    unit.save()
    return unit


def test_changes_are_told_in_titles_and_names():
    old, new = make_unit("旧局"), make_unit("新局")
    section = make_department(old, "一科")

    move(CLERK, unit=section, rows=Unit.objects.all(), parent=new, short_name="新一科")

    changes = entries_about(section.uid)[0].changes
    assert changes[0]["label"] == "一科"
    assert changes[0]["fields"] == {"上级": ["旧局", "新局"], "简称": ["一科", "新一科"]}


def test_what_is_out_of_reach_cannot_be_claimed():
    unit = make_unit()

    with pytest.raises(Missing):
        move(CLERK, unit=unit, rows=Unit.objects.none(), short_name="x")


def test_a_record_loaded_twice_is_compared_with_how_it_was_first():
    person = make_person(name="张一")

    @command("test.do", audited_as="person.renamed")
    def rename(actor):
        first = claim(Person.objects.all(), person)
        first.name = "张二"
        first.save()
        again = Person.objects.get(pk=person.pk)
        touched(again)
        again.name = "张三"
        again.save()

    rename(CLERK)

    assert entries_about(person.uid)[0].changes[0]["fields"] == {"姓名": ["张一", "张三"]}


def test_a_grant_is_in_the_history_of_the_person():
    unit = make_unit()
    person = make_person(unit)

    granting.grant_role(CLERK, person=person, role="identity.system", unit=unit, since=date(2026, 1, 1))

    assert [entry.verb for entry in entries_about(person.uid)] == ["role.granted"]
