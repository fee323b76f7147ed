"""Every resource of every system keeps the same promises. New ones are covered without a line here."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jishu.platform.audit.api import Entry
from jishu.platform.contract import Resource
from jishu.platform.resource.cells import cells_of
from jishu.platform.resource.models import Export
from jishu.platform.resource.narrowing import questions_of

from .conftest import RESOURCES, api_url, make, may, url

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("resource", RESOURCES)]


def test_a_stranger_is_sent_to_sign_in(client, resource: Resource):
    answer = client.get(url(resource, "list"))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")
    assert client.get(api_url(resource)).status_code == 401


def test_without_permission_nothing_opens(resource: Resource, browser_of, visitor, bureau):
    make(resource, bureau)
    browser = browser_of(visitor)

    assert browser.get(url(resource, "list")).status_code == 403
    assert browser.post(url(resource, "export"), {"form": "csv"}).status_code == 403
    assert browser.get(api_url(resource)).status_code == 403


def test_list_and_api_open(resource: Resource, browser_of, clerk, bureau):
    browser = browser_of(may(clerk, resource))
    make(resource, bureau)

    page, answer = browser.get(url(resource, "list")), browser.get(api_url(resource))

    assert page.status_code == 200
    assert resource.title in page.content.decode()
    assert answer.status_code == 200
    assert len(answer.json()["results"]) >= 1
    assert set(answer.json()["results"][0]) == {"uid", *(cell.key for cell in cells_of(resource))}


def test_an_export_holds_what_the_list_holds_and_leaves_an_entry(resource: Resource, browser_of, clerk, bureau):
    browser = browser_of(may(clerk, resource))
    make(resource, bureau)

    answer = browser.post(url(resource, "export"), {"form": "csv"})

    written = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    export = Export.objects.latest("id")
    assert written[0] == [cell.title for cell in cells_of(resource)]
    assert len(written) - 1 == export.count >= 1
    assert export.resource == resource.key
    assert export.person == clerk.person
    assert Entry.objects.latest("id").subjects == [export.uid]


def test_every_offered_order_goes_through_all_rows_once(resource: Resource, browser_of, clerk, bureau):
    browser = browser_of(may(clerk, resource))
    for _ in range(5):
        make(resource, bureau)
    everything = sorted(row["uid"] for row in browser.get(api_url(resource), {"limit": 200}).json()["results"])
    offered = [sign + cell.key for cell in cells_of(resource) if cell.column.sort for sign in ("", "-")]

    for order in ["", *offered]:
        seen, cursor = [], ""
        while cursor is not None:
            answer = browser.get(api_url(resource), {"limit": 2, "sort": order, "cursor": cursor}).json()
            seen += [row["uid"] for row in answer["results"]]
            cursor = answer["next"]
        assert sorted(seen) == everything, f"sorted by {order!r}"


def test_the_number_of_queries_does_not_grow_with_the_rows(resource: Resource, browser_of, clerk, bureau):
    browser = browser_of(may(clerk, resource))
    make(resource, bureau)
    addresses = (url(resource, "list"), api_url(resource))

    def counted() -> list[int]:
        browser.get(addresses[0])  # what is kept between requests is read now
        return [_queries(browser, address) for address in addresses]

    one = counted()
    for _ in range(5):
        make(resource, bureau)

    assert counted() == one


def test_a_slip_in_a_filter_never_widens_what_is_shown(resource: Resource, browser_of, clerk, bureau):
    browser = browser_of(may(clerk, resource))
    make(resource, bureau)

    for question in questions_of(resource):
        for parameter in question.parameters:
            answer = browser.get(api_url(resource), {parameter: "没有这样的值"})
            assert answer.status_code == 422 or answer.json()["results"] == [], parameter
            assert browser.get(url(resource, "list"), {parameter: "没有这样的值"}).status_code == 200


def test_nothing_is_found_by_a_made_up_position_or_order(resource: Resource, browser_of, clerk, bureau):
    browser = browser_of(may(clerk, resource))

    for wrong in ({"cursor": "gAAAAAmadeup"}, {"cursor": "é"}, {"sort": "no_such_column"}):
        answer = browser.get(api_url(resource), wrong)
        assert answer.status_code == 422, wrong
        assert set(answer.json()["error"]) == {"code", "message", "fields", "reference"}
        assert browser.get(url(resource, "list"), wrong).status_code == 422


def test_programs_are_told_every_question_and_every_column(resource: Resource, browser_of, clerk):
    described = browser_of(clerk).get("/api/v1/openapi.json").json()

    asked = {one["name"] for one in described["paths"][api_url(resource)]["get"]["parameters"]}
    stem = f"{resource.app}_{resource.name}".title().replace("_", "")
    assert {name for one in questions_of(resource) for name in one.parameters} <= asked
    assert {cell.key for cell in cells_of(resource)} < set(described["components"]["schemas"][stem]["properties"])


def _queries(browser, address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(address).status_code == 200
    return len(seen)
