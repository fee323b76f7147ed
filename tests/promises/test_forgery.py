"""No address does anything for a request that another site made a signed-in browser send."""

import re
import uuid

import pytest
from django.http import HttpResponseForbidden
from django.test import Client
from django.urls import get_resolver

from tests.cast import hire

from .test_pages import addresses

ONE = str(uuid.UUID(int=1))
KEYS = {"uuid": ONE, "uuidstr": ONE, "int": "1", "slug": "x", "str": "x", "path": "x"}
UNSAFE = ("post", "put", "patch", "delete")


def refused(request, reason=""):
    return HttpResponseForbidden(reason)


def filled(address: str) -> str:
    """The address with something in the place of every key."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: KEYS[found[1] or "str"], address).replace("\\Z", "")


@pytest.mark.django_db
def test_every_address_refuses_a_forged_request(bureau, settings):
    settings.CSRF_FAILURE_VIEW = f"{__name__}.refused"  # our page for it takes longer than all the rest together
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(hire("管守正", bureau, "asset.keeper").person.account)

    for address, _ in addresses(get_resolver().url_patterns):
        for method in UNSAFE:
            answer = getattr(browser, method)(f"/{filled(address)}", {}, content_type="application/json")
            # An address of the API that is only read says so before it asks for a token.
            expected = (403, 405) if address.startswith("api/") else (403,)
            assert answer.status_code in expected, (method, address, answer.status_code)


@pytest.mark.django_db
def test_a_page_of_another_site_is_no_origin_of_ours(bureau, settings):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(hire("管守正", bureau).person.account)
    browser.cookies["csrftoken"] = token = "a" * 32

    answer = browser.post(
        "/messages/read/", {"csrfmiddlewaretoken": token}, headers={"Origin": "https://elsewhere.example"}
    )

    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    for name in (settings.SESSION_COOKIE_NAME, "csrftoken"):
        assert browser.cookies[name]["samesite"] in ("Lax", "Strict", "")
