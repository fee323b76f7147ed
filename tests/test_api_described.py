"""The description of the data API is the one we publish, and the API does what it says, whatever it is asked."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, assume, given, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

from jishu.config.urls import api
from jishu.platform.contract import resources, roles
from jishu.platform.identity.api import ADMINISTRATORS, Unit
from jishu.platform.identity.tests.makers import make_unit
from jishu.platform.resource.rest.describing import published
from jishu.platform.resource.rest.schemas import declared_fields
from tests.cast import hire, hold
from tests.promises.conftest import make

WRITTEN = Path(__file__).parents[1] / "docs/reference/openapi.json"
DESCRIBED = json.loads(WRITTEN.read_text())
OPERATIONS = [(path, method) for path, methods in DESCRIBED["paths"].items() for method in methods]
# Only what holds without knowing our rows: a made-up unit is refused although its type is right.
CHECKED = [
    not_a_server_error, openapi_checks.status_code_conformance, openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance, openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection, openapi_checks.unsupported_method,
    openapi_checks.allow_header_conformance,
]  # fmt: skip
EXAMPLES = 8
VERBS = "操作："
SEAT = django_settings.SESSION_COOKIE_NAME
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def _leaves(told, at=""):
    if isinstance(told, dict | list) and told:
        for key, value in told.items() if isinstance(told, dict) else enumerate(told):
            yield from _leaves(value, f"{at}/{key}")
    else:
        yield at, told


def _codes(told: str) -> set[str]:
    return set(told.removeprefix(VERBS).removesuffix("。").split("、"))


@pytest.mark.django_db
def test_the_published_description_is_current():
    now, written = dict(_leaves(published(api))), dict(_leaves(DESCRIBED))
    # The tests of commands have verbs of their own, and whatever is loaded beside us is told too.
    for at in [at for at, told in written.items() if str(told).startswith(VERBS)]:
        assert _codes(written.pop(at)) <= _codes(now.pop(at)), "run `make docs`"
    different = {
        at: (written.get(at), now.get(at)) for at in now.keys() | written.keys() if now.get(at) != written.get(at)
    }
    assert not different, "run `make docs`"


def test_the_description_says_who_may_come_in_and_what_may_go_wrong():
    assert {"Session", "Bearer"} <= set(DESCRIBED["components"]["securitySchemes"])
    for methods in DESCRIBED["paths"].values():
        for method, operation in methods.items():
            assert operation["security"], operation["operationId"]
            assert {"401", "403"} <= set(operation["responses"])
            assert all(answer["description"] not in ("", "OK") for answer in operation["responses"].values())
            about_the_body = {"413", "415"} if method != "delete" else set()  # a deletion has none
            assert method == "get" or {"400", "409", "422"} | about_the_body <= set(operation["responses"])
    for schema in DESCRIBED["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.django_db
@pytest.mark.parametrize("resource", [pytest.param(one, id=one.key) for one in resources() if one.form])
def test_every_field_a_form_offers_is_described(resource, keeper):
    assert set(resource.form(None, actor=keeper).fields) <= set(declared_fields(resource))


@pytest.fixture(scope="module")
def everyman(django_db_setup, django_db_blocker):
    """Someone who may do whatever one person may, beside a row of everything. Made once.

    Of the three administrators they can be but one.
    """
    permissions = [one.permission("view") for one in resources()]
    permissions += [one.create.permission for one in resources() if one.create]
    open_to_others = {each for role in roles() if role.code not in ADMINISTRATORS for each in role.permissions}
    with django_db_blocker.unblock(), transaction.atomic():
        bureau = make_unit("档案事务局", parent=make_unit("试验区", kind=Unit.Kind.REGION))
        actor = hold(hire("万能人", bureau, "asset.keeper"), [one for one in permissions if one in open_to_others])
        for resource in resources():
            make(resource, bureau)
        connection.check_constraints()  # else every test checks them once more
        yield actor
        transaction.set_rollback(True)


@pytest.fixture
def caller(db, everyman, client):
    client.force_login(everyman.person.account)
    client.get("/")
    return {name: morsel.value for name, morsel in client.cookies.items()}


@pytest.fixture
def asked(caller):  # after whose requests Django listens again
    """The API as a server has it, but within the transaction of the test, as Django's own client does it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_dict(DESCRIBED)
    schema.app = WSGIHandler()
    yield schema
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_the_api_does_what_its_description_says(path, method, asked, caller):
    headers = {"X-CSRFToken": caller["csrftoken"]} if "csrftoken" in caller else {}

    for mode in GenerationMode:
        strategy = asked[path][method.upper()].as_strategy(generation_mode=mode)

        @BOUNDED
        @given(case=strategy)
        def ask(case):
            # Who we are is not part of the question.
            assume(not case.meta.is_negative_at(ParameterLocation.COOKIE))
            # Of many rows each has its own verdict: a bad one is refused within an answer of 200.
            told_by_row = path.endswith("/bulk/") and case.meta.is_negative_at(ParameterLocation.BODY)
            checks = [one for one in CHECKED if not told_by_row or one is not openapi_checks.negative_data_rejection]
            answer = case.call_and_validate(cookies=caller, headers=headers, checks=checks)
            assert not told_by_row or answer.status_code != 200 or answer.json()["refused"] > 0

        ask()


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_nothing_opens_to_who_shows_nothing_or_something_wrong(path, method, caller):
    """Asked outright: what a checker takes for a generated credential is in fact ours, laid over it."""
    address = path.replace("{uid}", str(uuid4()))
    wrong = {"Authorization": "Bearer jishu_made-up"}
    basic = {"Authorization": "Basic YTpi"}
    for cookies, headers in (({}, {}), ({SEAT: "made-up"}, {}), ({}, wrong), (caller, wrong), (caller, basic)):
        client = Client()
        client.cookies.load(cookies)
        answer = client.generic(method.upper(), address, "{}", "application/json", headers=headers)

        assert answer.status_code in (401, 403), (cookies, headers)
