"""What surrounds a list keeps the same promises as the list: views, columns, print, bulk changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jishu.platform.contract import Resource, resources
from jishu.platform.resource.alike import asking_for
from jishu.platform.resource.choosing import offered_cells
from jishu.platform.resource.reading import watched_cells

from .conftest import NAMED, RESOURCES, excuse, make, may, url

pytestmark = pytest.mark.django_db
AROUND = ("views", "columns", "print")
BULK = [pytest.param(one, action, id=f"{one.key}:{action.name}") for one in resources() for action in one.bulk]


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_pages_around_a_list_open_to_who_may_see_it(resource: Resource, browser_of, clerk, visitor, bureau):
    make(resource, bureau)
    for page in AROUND:
        assert browser_of(visitor).get(url(resource, page)).status_code == 403, page
    browser = browser_of(may(clerk, resource))
    for page in AROUND:
        assert browser.get(url(resource, page)).status_code == 200, page


@pytest.mark.parametrize("resource", RESOURCES)
def test_on_paper_stands_what_the_list_shows_at_a_constant_price(resource: Resource, browser_of, clerk, bureau):
    browser = browser_of(may(clerk, resource))
    make(resource, bureau)

    def queries() -> int:
        browser.get(url(resource, "print"))  # what is kept between requests is read now
        with CaptureQueriesContext(connection) as seen:
            page = browser.get(url(resource, "print")).content.decode()
        assert f"{page.count('<tr>') - 2} 条" in page
        assert clerk.name in page
        return len(seen)

    one = queries()
    for _ in range(5):
        make(resource, bureau)

    assert queries() == one


@pytest.mark.parametrize("resource", NAMED)
def test_on_paper_another_unit_finds_nothing(resource: Resource, browser_of, clerk, rival, bureau):
    row = make(resource, bureau)
    assert browser_of(may(clerk, resource)).get(url(resource, "print-one", uid=row.uid)).status_code == 200
    excuse(resource, "scoped")
    browser = browser_of(may(rival, resource))

    assert browser.get(url(resource, "print-one", uid=row.uid)).status_code == 404
    assert str(row) not in browser.get(url(resource, "print")).content.decode()


@pytest.mark.parametrize("resource", NAMED)
def test_from_a_value_one_comes_to_the_rows_that_have_it(resource: Resource, browser_of, clerk, rival, bureau):
    row = make(resource, bureau)
    asked = [
        f"{url(resource, 'alike', uid=row.uid)}?by={one.key}"
        for one in offered_cells(resource)
        if asking_for(resource, one)
    ]
    browser = browser_of(may(clerk, resource))

    for address in asked:
        answer = browser.get(address)
        if answer.status_code == 302:  # else 422: the row has no value there, and the filter cannot ask for none
            page = browser.get(answer.url).content.decode()
            assert str(row.uid) in page, address
            assert 'class="chip"' in page, address
        else:
            assert answer.status_code == 422, address
    excuse(resource, "scoped")
    browser = browser_of(may(rival, resource))
    assert {browser.get(address).status_code for address in asked} <= {404}


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_column_can_be_chosen_alone_but_none_whose_reading_is_recorded(
    resource: Resource, browser_of, clerk, bureau
):
    browser = browser_of(may(clerk, resource))
    make(resource, bureau)

    for cell in offered_cells(resource):
        page = browser.get(url(resource, "list"), {"columns": cell.key}).content.decode()
        assert page.split("</thead>")[0].count("<th ") - page.split("</thead>")[0].count('class="pick"') == 1
    for cell in watched_cells(resource):
        page = browser.get(url(resource, "list"), {"columns": cell.key}).content.decode()
        assert f"列“{cell.key}”已不存在" in page


@pytest.mark.parametrize(("resource", "action"), BULK)
def test_a_bulk_change_is_an_audited_command_on_rows_of_ones_own(
    resource: Resource, action, browser_of, clerk, rival, visitor, bureau
):
    row = make(resource, bureau)
    address, one = url(resource, f"bulk-{action.name}"), {"row": [row.uid]}

    assert action.run.audited_as
    assert browser_of(visitor).get(address, one).status_code == 403
    assert browser_of(may(clerk, resource, "change")).get(address, one).status_code == 200
    assert not action.rows(may(rival, resource, "change")).filter(pk=row.pk).exists()
