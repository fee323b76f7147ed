"""Whoever reads sensitive personal data is on record before it is shown; lists do not show it."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.http import QueryDict
from django.urls import reverse
from tests.cast import hire, hold

from jishu.platform.audit.api import Entry, readings_of
from jishu.platform.contract import Column, resource
from jishu.platform.identity.api import Person
from jishu.platform.resource import reading
from jishu.platform.resource.cells import BadDeclaration
from jishu.platform.resource.exporting import export_rows
from jishu.platform.resource.listing import listing
from jishu.platform.resource.models import Export, ImportRow
from jishu.platform.resource.pages.detail import detail
from jishu.platform.resource.rest import showing
from jishu.platform.resource.table import layout_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    """The staff list, as it would be were a person's number an identity number."""
    return replace(resource("identity.person"), sensitivity={"code": 4, "name": 2})


@pytest.fixture
def reader(clerk):
    return hold(clerk, ["identity.view_person", "resource.export_rows"])


@pytest.fixture
def other(bureau) -> Person:
    return hire("甘受阅", bureau).person


def test_a_detail_page_leaves_its_reader_on_record(rf, people, reader, other):
    request = rf.get("/")
    request.jishu_actor = reader

    answer = detail(request, reader, people, other.uid)

    assert other.code in answer.content.decode()
    entry = readings_of(other.uid).get()
    assert (entry.verb, entry.actor_uid) == ("personal.viewed", reader.uid)
    assert entry.summary.startswith("人员名册：")
    assert "姓名" not in entry.summary


def test_the_list_does_not_show_it_and_leaves_nothing(people, reader, other):
    assert "code" not in [cell.path for cell in layout_of(people).cells]
    listing(people, reader, QueryDict()).page("", size=50, paths=layout_of(people).paths)

    assert not Entry.objects.filter(kind="read").exists()


def test_a_page_of_the_api_names_all_it_gave_out(people, reader, other):
    given, _ = showing._page(reader, listing(people, reader, QueryDict()), "", 50)

    entry = Entry.objects.get(kind="read")
    assert entry.verb == "personal.fetched"
    assert {str(uid) for uid in entry.subjects} == {str(row["uid"]) for row in given["results"]}
    assert set(given["results"][0]) == {"uid", *(cell.key for cell in showing.cells_of(people))}


def test_an_export_names_all_it_took(people, reader, other):
    taken = export_rows(reader, resource=people, given=QueryDict(), form=Export.Form.CSV)
    taken.file.close()

    entry = Entry.objects.get(kind="read")
    assert entry.verb == "personal.exported"
    assert len(entry.subjects) == taken.export.count
    assert other.uid in entry.subjects


def test_nothing_is_recorded_of_what_is_not_sensitive(client, reader, other):
    client.force_login(reader.person.account)

    client.get(reverse("identity:person-detail", kwargs={"uid": other.uid}))

    assert not Entry.objects.filter(kind="read").exists()


def test_the_person_read_about_may_stand_on_another_record():
    cards = resource("asset.card")
    by_user = replace(cards, sensitivity={"user__name": 3, "keeper__name": 3})

    assert reading.people_paths(by_user) == ("user__uid", "keeper__uid")
    assert reading.people_paths(cards) == ()


def test_nobody_is_watched_who_cannot_be_named(people):
    nameless = replace(
        people, model=ImportRow, columns=(Column(path="number"),), personal=("number",), sensitivity={"number": 3}
    )

    with pytest.raises(BadDeclaration):
        reading.people_paths(nameless)


def test_one_entry_names_each_person_once(people, reader):
    key = UUID(int=5)

    reading.note_reading(reader, people, [key, None, key], reading.Through.PAGE)

    assert Entry.objects.get(kind="read").subjects == [key]
