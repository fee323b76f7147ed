"""What the menu offers to anyone, and where those pages lead, can be read and reached, at a desk and on a phone."""

import re
from collections import deque
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from jishu.config.demo.district import yunxi
from jishu.platform.contract import contracts
from tests.browser.looking import DESK, PHONE, flaws

pytestmark = pytest.mark.browser

EVERYONE = tuple(login.username for login in yunxi().logins)
PERSONAL = (
    "/me/", "/search/", "/account/", "/account/password/", "/account/factor/", "/account/devices/", "/account/tokens/",
    "/account/events/", "/notify/settings/", "/proxies/", "/api/v1/docs/",
)  # fmt: skip
NOT_A_PAGE = re.compile(
    r"/(logout|original|copy|media|small|page|dossier|file|bad|blank|export)/|^/oversight/(head|proof)/|\.\w+$"
)
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# Written once for all resources: looked at once, wherever met.
SAME = re.compile(r"(?!/flows)/\w+/\w+/(?:(print|columns|views|U/print)/|U/(?:\?tab=(概况|历史|文件|相关办件))?$)")
LINKS = "links => links.map(link => link.getAttribute('href'))"


@pytest.fixture(scope="session")
def looked_at() -> set[str]:
    """Kinds of pages seen by somebody already: most look alike whoever opens them, and looking takes a second each."""
    return set()


@pytest.mark.parametrize("username", EVERYONE)
def test_every_page_somebody_can_reach_is_sound(page_as, looked_at, username):
    page = page_as(username)
    page.goto("/")
    found = flaws(page, DESK) + flaws(page, PHONE)
    links = page.locator("nav.menu a").evaluate_all(LINKS)
    assert "/todo/" in links

    waiting = deque([*links, *PERSONAL])
    while waiting:
        link = waiting.popleft()
        if (kind := _kind(link)) in looked_at:
            if link in links:
                assert page.request.get(link).status == 200, link
            continue
        looked_at.add(kind)
        answer = page.goto(link)
        assert answer is not None
        assert answer.status == 200, f"{link}, from {page.url}"
        if link in links:
            found += flaws(page, DESK)
        found += flaws(page, PHONE)
        waiting += _onward(page)

    assert found == []


def test_no_declared_page_was_missed(looked_at, request):
    """Pages that want to be told what they are about are reached from there; nobody may forget the others."""
    if len(looked_at) < len(EVERYONE):
        pytest.skip("only together with the test above")
    simple = {f"/{one.code}/{page.path}" for one in contracts() for page in one.pages if page.in_menu}

    assert simple <= looked_at


def test_pages_before_signing_in_are_sound(browser, platform):
    page = browser.new_page(base_url=platform)
    for link in ("/login/", "/login/?next=/todo/", "/verify/"):
        page.goto(link)
        assert flaws(page, DESK) + flaws(page, PHONE) == []
    page.close()


def test_a_page_that_does_not_exist_is_sound(page_as):
    page = page_as("shenqing")
    page.goto("/nowhere/")

    assert page.get_by_role("heading", level=1).inner_text() == "没有找到"
    assert [flaw for flaw in flaws(page, PHONE) if "404" not in flaw] == []


def _onward(page: Page) -> list[str]:
    """Where the page leads, each kind once; sorting, filters and other views of a list are the list."""
    here = urlsplit(page.url).path
    found: dict[str, str] = {}
    for link in page.locator("main a[href]").evaluate_all(LINKS):
        address = f"{here}{link}" if link.startswith("?") else link.partition("#")[0]
        if address.startswith("/") and not NOT_A_PAGE.search(urlsplit(address).path):
            found.setdefault(_kind(address), address)
    return list(found.values())


def _kind(link: str) -> str:
    told = urlsplit(link)
    path = re.sub(r"^/(hall|flows|verify)/[^/]+/", r"/\1/CODE/", UID.sub("U", told.path))
    tab = parse_qs(told.query).get("tab", [""])[0]
    kind = f"{path}?tab={tab}" if tab else path
    same = SAME.match(kind)
    return f"any resource: {same[1] or same[2] or 'facts'}" if same else kind
