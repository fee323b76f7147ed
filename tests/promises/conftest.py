"""What the promises are kept about: every resource of every contract, and someone who may open it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from jishu.platform.contract import Resource, resources
from jishu.platform.identity.api import Actor
from jishu.platform.resource.listing import is_named
from tests.cast import hold, signed_in

RESOURCES = [pytest.param(one, id=one.key) for one in resources()]
NAMED = [pytest.param(one, id=one.key) for one in resources() if is_named(one)]


def make(resource: Resource, agency):
    """The smallest valid row of ``agency``, from the app's own makers."""
    package = apps.get_app_config(resource.app).name
    return import_module(f"{package}.tests.makers").MAKERS[resource.key](agency)


def url(resource: Resource, page: str, **key) -> str:
    return reverse(f"{resource.app}:{resource.name}-{page}", kwargs=key)


def api_url(resource: Resource, uid="") -> str:
    return f"/api/v1/{resource.app}/{resource.name}/{f'{uid}/' if uid else ''}"


def excuse(resource: Resource, promise: str) -> None:
    if reason := resource.exempt.get(promise):
        pytest.skip(reason)


def may(actor: Actor, resource: Resource, verb: str = "view") -> Actor:
    return hold(actor, [resource.permission(verb)])


@pytest.fixture
def browser_of(client):
    """The test client, signed in as someone."""
    return lambda actor: signed_in(client, actor)
