"""What no honest program sends: the data API answers with a refusal in our shape, and nothing has happened."""

import json

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jishu.apps.asset.models import Card
from jishu.apps.asset.tests.makers import make_card
from jishu.platform.contract import Resource, resources
from jishu.platform.resource.narrowing import questions_of
from tests.cast import signed_in
from tests.promises.conftest import api_url, make, may, url

pytestmark = pytest.mark.django_db
CARDS = "/api/v1/asset/card/"
JSON = "application/json"
BOUNDED = settings(
    max_examples=25, derandomize=True, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SQL = [
    "' OR '1'='1", "'; DROP TABLE asset_card; --", "1) OR (1=1", "\\", "%s", "%(x)s", "$1", "\x00", "9" * 400, "-1",
    "1e999", "0001-01-01", "9999-12-31", "10000-01-01", "٣", "汉" * 3000, "{}", "../etc", "\u202e", "(", "'a':*",
]  # fmt: skip


@pytest.mark.parametrize("resource", [pytest.param(one, id=one.key) for one in resources()])
def test_no_filter_is_a_way_into_the_database(resource: Resource, client, clerk, bureau):
    browser = signed_in(client, may(clerk, resource))
    make(resource, bureau)
    everything = browser.get(api_url(resource), {"limit": 200}).json()["count"]["value"]
    parameters = ["q", "sort", "cursor", "limit", *(name for one in questions_of(resource) for name in one.parameters)]

    for parameter in parameters:
        for text in SQL:
            answer = browser.get(api_url(resource), {parameter: text})
            assert answer.status_code in (200, 422), (parameter, text)
            if answer.status_code == 422:
                assert set(answer.json()["error"]) == {"code", "message", "fields", "reference"}
            else:
                assert answer.json()["count"]["value"] <= everything
        assert browser.get(url(resource, "list"), {parameter: SQL[1]}).status_code in (200, 422)
        assert browser.get(url(resource, "list"), {parameter: "a\x00b"}).status_code in (200, 422)


@BOUNDED
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_text_is_a_position_of_ours(text, client, keeper):
    answer = signed_in(client, keeper).get(CARDS, {"cursor": text})

    assert answer.status_code == (422 if text else 200)


def test_a_position_of_one_list_opens_no_other(client, keeper, bureau):
    browser = signed_in(client, keeper)
    for _ in range(3):
        make_card(bureau)
    cursor = browser.get(CARDS, {"limit": 1}).json()["next"]

    assert browser.get("/api/v1/asset/category/", {"cursor": cursor}).status_code == 422
    assert browser.get(CARDS, {"cursor": cursor, "sort": "value"}).status_code == 422
    assert browser.get(CARDS, {"cursor": cursor[:-2]}).status_code == 422


def send(client, body: bytes, content_type: str = JSON, method: str = "post", **headers) -> object:
    return client.generic(method.upper(), CARDS, body, content_type=content_type, headers=headers)


HOSTILE_BODIES = {
    "not JSON": (b"{", 400),
    "nothing": (b" ", 400),
    "a key twice": (b'{"name": "a", "name": "b"}', 400),
    "NaN": (b'{"value": NaN}', 400),
    "a number without end": (b'{"value": 1' + b"0" * 5000 + b"}", 400),
    "depth": (b"[" * 100_000, 400),
    "closed depth": (b'{"name":' * 2000 + b"1" + b"}" * 2000, 400),
    "NUL": (b'{"name": "a\\u0000b"}', 400),
    "half a character": (b'{"name": "\\ud800"}', 400),
    "bad UTF-8": (b'{"name": "\xff\xfe\xfd"}', 400),
    "a list": (b"[]", 422),
    "a text": (b'"x"', 422),
    "null": (b"null", 422),
    "too much": (b'{"name": "' + b"x" * (10 << 20) + b'"}', 413),
    "a long name": (b'{"name": "' + b"x" * 100_000 + b'"}', 422),
}


@pytest.mark.parametrize("kind", HOSTILE_BODIES)
def test_a_hostile_body_is_refused_in_our_shape(kind, client, keeper):
    body, status = HOSTILE_BODIES[kind]

    for address in (CARDS, f"{CARDS}bulk/"):
        answer = signed_in(client, keeper).generic("POST", address, body, content_type=JSON)
        assert answer.status_code == status, answer.content
        told = answer.json()["error"]
        assert set(told) == {"code", "message", "fields", "reference"}
        assert "一" <= told["message"][0] <= "鿿"
    assert not Card.objects.exists()


def test_only_json_is_read(client, keeper):
    browser = signed_in(client, keeper)

    for wrong in ("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "a/b; c"):
        assert send(browser, b'{"name": "x"}', wrong).status_code == 415
    assert send(browser, b'{"name": "x"}', "application/json; charset=utf-8").status_code == 422


def test_hostile_headers_do_no_harm(client, keeper, bureau):
    card = make_card(bureau)
    browser = signed_in(client, keeper)
    one = f"{CARDS}{card.uid}/"

    for text in ("*", '"', "W/", ",,,,", "x" * 5000, '"' + "a" * 32 + '"', "汉".encode().decode("latin-1")):
        answer = browser.patch(one, '{"place": "x"}', content_type=JSON, headers={"If-Match": text})
        assert answer.status_code == 412, text
        assert browser.get(one, headers={"If-None-Match": text}).status_code in (200, 304)
        keyed = browser.post(CARDS, "{}", content_type=JSON, headers={"Idempotency-Key": text})
        assert keyed.status_code in (400, 422)
    assert browser.get(one, headers={"Content-Length": "no number"}).status_code == 200
    assert send(browser, b"{}", **{"Content-Length": "no number"}).status_code in (400, 413, 422)


def test_what_is_not_there_is_answered_as_json(client, keeper):
    browser = signed_in(client, keeper)

    for address in ("/api/v1/", "/api/v1/nothing/", f"{CARDS}not-a-key/", f"{CARDS}%00/", f"{CARDS}{'9' * 5000}/"):
        answer = browser.get(address)
        assert answer.status_code == 404, address
        assert answer.json()["error"]["code"] == "Missing"
    refused = browser.delete(CARDS)
    assert (refused.status_code, refused.json()["error"]["code"]) == (405, "MethodNotAllowed")
    assert set(refused["Allow"].replace(" ", "").split(",")) == {"GET", "POST"}


def test_a_stranger_is_told_no_more_than_to_sign_in(keeper):
    stranger = Client(enforce_csrf_checks=True)

    for method in ("get", "post"):
        answer = getattr(stranger, method)(CARDS, "{", content_type=JSON) if method == "post" else stranger.get(CARDS)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert json.loads(answer.content)["error"]["code"] == "SignInFirst"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@BOUNDED
@given(
    body=st.dictionaries(
        st.sampled_from(["name", "unit", "category", "value", "acquired_on", "state", "user", "number", "x"]), VALUES
    )
)
def test_no_body_is_answered_with_an_error_of_ours(body, client, keeper, bureau):
    browser = signed_in(client, keeper)

    assert browser.post(CARDS, json.dumps(body), content_type=JSON).status_code in (400, 422)
    rows = json.dumps({"rows": [body]})
    assert browser.post(f"{CARDS}bulk/", rows, content_type=JSON).status_code in (200, 400, 422)
    assert not Card.objects.exists()
