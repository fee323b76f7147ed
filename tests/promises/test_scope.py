"""What belongs to another unit is not there: not as a page, not as a row, not as a word."""

import pytest
from django.db import models

from jishu.platform.contract import Resource, resources
from jishu.platform.lib.errors import Missing, Refused
from jishu.platform.resource.cells import Look, cells_of
from jishu.platform.resource.narrowing import Ask, questions_of
from tests.cast import hold

from .conftest import NAMED, RESOURCES, api_url, excuse, make, may, url

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("resource", NAMED)
def test_a_record_of_ones_own_opens(resource: Resource, browser_of, clerk, bureau):
    browser = browser_of(may(clerk, resource))
    row = make(resource, bureau)

    assert str(row) in browser.get(url(resource, "detail", uid=row.uid)).content.decode()
    assert browser.get(url(resource, "detail", uid=row.uid), {"tab": "历史"}).status_code == 200
    assert browser.get(api_url(resource, row.uid)).json()["uid"] == str(row.uid)


@pytest.mark.parametrize("resource", NAMED)
def test_without_permission_no_record_opens(resource: Resource, client, browser_of, visitor, bureau):
    row = make(resource, bureau)
    assert client.get(url(resource, "detail", uid=row.uid)).status_code == 302

    browser = browser_of(visitor)

    assert browser.get(url(resource, "detail", uid=row.uid)).status_code == 403
    assert browser.get(api_url(resource, row.uid)).status_code == 403


@pytest.mark.parametrize("resource", NAMED)
def test_another_unit_finds_nothing_and_reads_no_foreign_word(
    resource: Resource, browser_of, rival, rival_bureau, bureau
):
    excuse(resource, "scoped")
    rival = may(rival, resource)
    browser = browser_of(rival)
    foreign, own = make(resource, bureau), make(resource, rival_bureau)
    canaries = _words(resource, foreign) - _words(resource, own)
    assert canaries, "the maker makes rows that cannot be told apart"

    answers = [
        browser.get(url(resource, "detail", uid=foreign.uid)),
        browser.get(api_url(resource, foreign.uid)),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    answers += [
        browser.get(url(resource, "list")),
        browser.get(api_url(resource)),
        browser.post(url(resource, "export"), {"form": "csv"}),
        *(browser.get(url(resource, "list"), {"q": word}) for word in canaries if resource.search),
        *(browser.get(url(resource, "choices", key=one.key)) for one in questions_of(resource) if one.ask is Ask.NAMED),
    ]
    assert str(own.uid) in answers[3].content.decode()
    for answer in answers:
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        asked = answer.wsgi_request.get_full_path()  # what the rival typed may well stand on the page again
        text = said.decode().replace(f'value="{answer.wsgi_request.GET.get("q")}"', "")
        assert not [word for word in {*canaries, str(foreign.uid)} if word in text and word not in asked], asked


@pytest.mark.parametrize("resource", NAMED)
def test_a_command_does_not_reach_into_another_unit(resource: Resource, rival, bureau):
    excuse(resource, "scoped")
    if resource.update is None:
        pytest.skip("nothing to change")
    row = make(resource, bureau)
    field = next(one for one in row._meta.concrete_fields if isinstance(one, models.CharField) and not one.choices)
    before = getattr(row, field.name)

    with pytest.raises((Missing, Refused)):
        resource.update(may(rival, resource, "change"), **{resource.name: row}, **{field.name: "被外单位改过"})

    row.refresh_from_db()
    assert getattr(row, field.name) == before


@pytest.mark.parametrize("resource", [one for one in NAMED if one.values[0].form] or RESOURCES[:0])
def test_forms_open_only_to_who_may_write(resource: Resource, browser_of, clerk, rival, visitor, bureau):
    row = make(resource, bureau)
    pages = [(service, page) for service, page in _forms(resource, row) if service]

    for service, page in pages:
        reach = 200 if "scoped" in resource.exempt or "edit" not in page else 404
        assert browser_of(visitor).get(page).status_code == 403
        assert browser_of(_writing(rival, resource, service)).get(page).status_code == reach
        assert browser_of(_writing(clerk, resource, service)).get(page).status_code == 200


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_write_is_an_audited_command(resource: Resource):
    imports = resource.imports
    writes = [one for one in (resource.create, resource.update, imports and imports.store) if one]

    for service in writes:
        assert service.permission.startswith(f"{resource.app}.")
        assert service.audited_as


def _forms(resource: Resource, row):
    yield resource.create, url(resource, "add") if resource.create else ""
    yield resource.update, url(resource, "edit", uid=row.uid) if resource.update else ""


def _writing(actor, resource: Resource, service):
    return hold(actor, [resource.permission("view"), service.permission])


def _words(resource: Resource, row) -> set[str]:
    """What only this row says: the texts in its columns, long enough not to stand there by chance.

    Words of records that every unit shares, such as a national classification, are nobody's secret.
    """
    paths = [cell.path for cell in cells_of(resource) if cell.look is Look.TEXT and _is_own(resource, cell.path)]
    said = type(row)._default_manager.filter(pk=row.pk).values_list(*paths).get()
    return {text for text in said if isinstance(text, str) and len(text) >= 4}


def _is_own(resource: Resource, path: str) -> bool:
    head, *rest = path.split("__")
    found = next((field for field in resource.model._meta.concrete_fields if field.name == head), None)
    shared = {one.model for one in resources() if "scoped" in one.exempt}
    return found is not None and not (rest and found.related_model in shared)
