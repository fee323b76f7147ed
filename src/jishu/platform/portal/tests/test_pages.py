"""What the portal's own pages show, and how much they cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import signed_in

from jishu.platform.contract import contracts
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.lib.errors import Refused
from jishu.platform.notify.api import tell
from jishu.platform.portal.menu import menu_for, named_links
from jishu.platform.web.api import answer, server_error

pytestmark = pytest.mark.django_db
PAGES = ("home", "hall", "search", "me", "item_catalog", "resource_catalog")


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def titles(actor) -> set[str]:
    return {link.title for group in menu_for(actor.permissions, "/") for link in group.links}


def test_a_page_outside_the_menu_marks_no_line_of_it(client, staff):
    browser = signed_in(client, staff)
    menu = '<a class="menu-link"\n             href="/" aria-current="page">'

    assert menu in text_of(browser.get(reverse("portal:home")))
    assert menu not in text_of(browser.get(reverse("portal:search")))


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_everyone_in_office(client, staff, name):
    assert signed_in(client, staff).get(reverse(f"portal:{name}")).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_person_without_appointment_is_never_met_with_a_fault(client, visitor, name):
    assert signed_in(client, visitor).get(reverse(f"portal:{name}")).status_code in (200, 403)


def test_the_menu_offers_only_what_may_be_opened(staff, visitor):
    assert "审计记录" not in titles(staff)
    assert "组织机构" in titles(staff)
    assert "组织机构" not in titles(visitor)


def test_a_message_is_counted_in_the_top_bar(client, staff):
    tell([staff.person], title="请补正", body="", link="/")

    page = text_of(signed_in(client, staff).get(reverse("portal:hall")))

    assert '消息 <span class="count">1</span>' in page


def test_the_frame_costs_one_query(client, staff):
    signed_in(client, staff)
    client.get(reverse("portal:me"))

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("portal:resource_catalog"))

    assert len(queries) <= 3  # session, account with the organisation's stamp, to-dos and messages


def test_people_are_found_by_name_and_by_sound(client, staff, bureau):
    make_person(bureau, "李建国")

    for asked in ("李建", "lijianguo", "ljg"):
        assert "李建国" in text_of(signed_in(client, staff).get(reverse("portal:search"), {"q": asked}))


def test_people_of_another_bureau_are_not_found(client, staff, rival):
    page = text_of(signed_in(client, staff).get(reverse("portal:search"), {"q": rival.name}))

    assert reverse("identity:person-detail", args=[rival.uid]) not in page


def test_an_unknown_item_is_not_found(client, staff):
    assert signed_in(client, staff).get("/hall/no.such/").status_code == 404


def test_an_error_page_names_its_number(rf, staff):
    request = rf.get("/")
    request.user = staff.person.account

    page = answer(request, Refused()).content.decode()

    assert "没有权限" in page
    assert "编号" in page


def test_the_page_for_a_broken_system_needs_neither_database_nor_user(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))

    assert response.status_code == 500
    assert "系统出了问题" in response.content.decode()


def test_a_section_names_what_there_is_and_names_it_once():
    for contract in contracts():
        lines = [name for part in contract.menu for name in part.lines]
        known = {name for name, _ in named_links(contract)}

        assert sorted(set(lines)) == sorted(lines)
        assert set(lines) <= known


def test_the_section_one_stands_in_is_open(client, keeper):
    page = text_of(signed_in(client, keeper).get(reverse("asset:annual_report")))

    (part,) = [one for one in menu_for(keeper.permissions, "/asset/reports/annual/")[0].parts if one.here]
    assert part.title == "折旧与报表"
    opened = re.findall(r'<details class="menu-part"\s+data-part="([^"]+)"(\s+open)?', page)
    assert [name for name, is_open in opened if is_open] == ["资产/折旧与报表"]
    assert len(opened) > 3
