"""Looking at a page as a machine can: is anything out of reach, does it overflow, did the browser complain?"""

from typing import Any

from playwright.sync_api import ConsoleMessage, Page

from jishu.runtime.environment import CHECKOUT

DESK, PHONE = (1440, 900), (375, 812)
GRAVE = {"serious", "critical"}
assert CHECKOUT is not None  # the tests are only in the checkout
ALIKE = ["tbody tr:nth-child(n+5)", ".card:nth-of-type(n+6)"]  # the fifth row is built like the first
_AXE = CHECKOUT / "frontend/node_modules/axe-core/axe.min.js"
# A page made of parts that were examined together before, at this size, needs no second look.
_PARTS = """[...new Set([...document.querySelectorAll("body *")].map(
    ({tagName, className, role, dataset}) => [tagName, String(className), role, dataset.state, dataset.tone].join()
))].sort().join(" ")"""
_examined: set[tuple[tuple[int, int], str]] = set()
_complaints: dict[Page, list[str]] = {}


def watched(page: Page) -> Page:
    """From now on, remember what the browser has to complain about on this page."""
    said = _complaints.setdefault(page, [])

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    return page


def press(page: Page, name: str) -> None:
    """A button that sends its form; only the answer says that it was heard, so whoever leaves at once may undo it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def flaws(page: Page, size: tuple[int, int]) -> list[str]:
    """What is wrong with the page at this size, each in one line; empty when nothing is."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    found = [f"browser: {text}" for text in _complaints.get(page, [])]
    _complaints.get(page, []).clear()
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if too_wide > 0:
        found.append(f"scrolls sideways by {too_wide} px")
    parts = page.evaluate(_PARTS)
    if (size, parts) not in _examined:
        found += [_line(one) for one in barriers(page)]
        if not found:
            _examined.add((size, parts))
    return [f"{page.url} at {size[0]} px: {flaw}" for flaw in found]


def barriers(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds serious or worse."""
    assert _AXE.exists(), "axe-core is missing; `npm ci` in frontend/ brings it"
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text())
    result = page.evaluate("exclude => axe.run({exclude}, {resultTypes: ['violations']})", ALIKE)
    return [one for one in result["violations"] if one["impact"] in GRAVE]


def _line(violation: dict[str, Any]) -> str:
    where = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {where}"
