"""Everything the menu offers to anyone can be read and reached, at a desk and on a phone."""

import pytest

from tests.browser.looking import DESK, PHONE, flaws

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EVERYONE = (
    "shenqing", "chuzhang", "juzhang", "zichan", "shiwu", "xitong", "anquan", "fuhe", "renshi", "shenji", "jiaoyu",
    "jiaoyuzichan", "liucheng", "fabu", "jiaohuan", "xiaoxi",
)  # fmt: skip


PERSONAL = (
    "/me/", "/account/", "/account/password/", "/account/factor/", "/account/devices/", "/account/tokens/",
    "/account/events/",
)  # fmt: skip


@pytest.fixture(scope="session")
def looked_at() -> set[str]:
    """Pages seen by somebody already: most look alike whoever opens them, and looking takes a second each."""
    return set()


@pytest.mark.parametrize("username", EVERYONE)
def test_every_page_of_the_menu_is_sound(page_as, looked_at, username):
    page = page_as(username)
    page.goto("/")
    found = flaws(page, DESK) + flaws(page, PHONE)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    links = page.locator("nav.menu a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert "/todo/" in links

    for link in [*links, *PERSONAL]:
        if link in looked_at:
            assert page.request.get(link).status == 200, link
            continue
        looked_at.add(link)
        answer = page.goto(link)
        assert answer is not None
        assert answer.status == 200, link
        found += flaws(page, DESK) + flaws(page, PHONE)

    assert found == []


def test_pages_before_signing_in_are_sound(browser, platform):
    page = browser.new_page(base_url=platform)
    for link in ("/login/", "/login/?next=/todo/"):
        page.goto(link)
        assert flaws(page, DESK) + flaws(page, PHONE) == []
    page.close()


def test_a_page_that_does_not_exist_is_sound(page_as):
    page = page_as("shenqing")
    page.goto("/nowhere/")

    assert page.get_by_role("heading", level=1).inner_text() == "没有找到"
    assert [flaw for flaw in flaws(page, PHONE) if "404" not in flaw] == []
