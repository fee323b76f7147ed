"""What no contract declares does not exist: not as a right, a role, an item, a resource, a filter or an event."""

from uuid import uuid4

import pytest
from django.urls import reverse

from jishu.platform.contract import contracts, items, resources, roles
from jishu.platform.workflow.api import save_draft
from tests.cast import signed_in


def test_a_right_nobody_declared_is_held_by_nobody(keeper, clerk, staff):
    assert not any(actor.may("asset.burn_card") for actor in (keeper, clerk, staff))


def test_every_right_a_resource_or_item_asks_for_is_declared():
    declared = {permission for role in roles() for permission in role.permissions}
    asked = {item.permission for contract in contracts() for item in contract.items}
    asked |= {resource.permission("view") for resource in resources()}
    asked |= {page.permission for contract in contracts() for page in contract.pages} - {""}

    assert asked <= declared


def test_a_field_nobody_declared_is_not_kept(staff):
    item = next(iter(items()))

    draft = save_draft(staff, item=item, entries={"ghost": "夹带", item.fields[0].name: "本来"}, key=uuid4())

    assert "ghost" not in draft.values


@pytest.mark.parametrize("path", ["/api/v1/asset/ghost/", "/api/v1/ghost/card/", "/asset/ghost/", "/hall/XX-99/"])
def test_what_was_not_declared_is_not_found(client, staff, path):
    assert signed_in(client, staff).get(path).status_code == 404


def test_a_filter_nobody_declared_changes_nothing_and_such_an_order_is_refused(client, clerk):
    address = reverse("asset:card-list")
    browser = signed_in(client, clerk)

    assert browser.get(address, {"sort": "serial_number"}).status_code == 422
    plain, odd = browser.get(address), browser.get(address, {"unit__agency__person": "1"})
    assert (odd.status_code, odd.context["count"]) == (200, plain.context["count"])


def test_a_program_that_misspells_a_filter_is_told(client, clerk):
    answer = signed_in(client, clerk).get("/api/v1/asset/card/", {"valeu.min": "1"})

    assert answer.status_code == 422
    assert "没有“valeu.min”这个查询参数" in str(answer.json())
