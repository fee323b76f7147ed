"""A bureau with a leader, two section heads and a clerk; and a trial item that may be given any flow."""

from dataclasses import replace

import pytest

from jishu.platform.contract import registry
from jishu.platform.identity.api import actor_for
from jishu.platform.identity.models import Unit
from jishu.platform.identity.tests.makers import make_account, make_department, make_person, make_unit

from .makers import make_item, trial_contract


@pytest.fixture
def offer(monkeypatch):
    """offer(step, …, heard=[], works=[]) puts the trial item with this flow into force and returns it."""

    def put(*steps, **told):
        item = make_item(*steps, **told)
        contracts(trial_contract(item))
        return item

    def contracts(one):
        monkeypatch.setitem(registry._contracts, "trial", one)

    put.contracts = contracts
    return put


@pytest.fixture
def replaced(monkeypatch):
    """replaced(item, submitted=…) puts the item with these parts exchanged into force."""

    def put(item, **parts):
        changed = replace(item, **parts)
        monkeypatch.setitem(registry._contracts, "trial", trial_contract(changed))
        return changed

    return put


@pytest.fixture
def region(db):
    return make_unit("云溪区", kind=Unit.Kind.REGION)


@pytest.fixture
def bureau(region):
    return make_unit("区试办局", parent=region)


@pytest.fixture
def section(bureau):
    return make_department(bureau, "综合科")


@pytest.fixture
def leader(bureau):
    return actor_for(make_person(bureau, "局长", is_head=True, post="局长"))


@pytest.fixture
def chief(section):
    return actor_for(make_person(section, "科长", is_head=True, post="科长"))


@pytest.fixture
def clerk(section, offer):
    return actor_for(make_person(section, "小陈"))


@pytest.fixture
def colleague(section):
    return actor_for(make_person(section, "小李"))


@pytest.fixture
def signed_in(client):
    """signed_in(actor) is a browser in which this person has signed in."""

    def enter(actor):
        account = getattr(actor.person, "account", None) or make_account(actor.person)
        client.force_login(account)
        return client

    return enter


@pytest.fixture
def media(settings, tmp_path):
    """Dossiers are kept in a folder of this test."""
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": local}
