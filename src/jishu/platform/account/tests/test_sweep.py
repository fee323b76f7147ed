"""What the worker clears away at night."""

from datetime import timedelta

import pytest
from django.test import Client

from jishu.platform.account.tasks import sweep
from jishu.platform.identity.api import SecurityEvent, Session
from jishu.platform.identity.tests.makers import PASSWORD, make_account, make_person, make_unit
from jishu.platform.lib.clock import frozen, now

pytestmark = pytest.mark.django_db


def test_what_is_over_goes_and_what_is_in_use_stays():
    make_account(make_person(make_unit()), "li", factor=False)
    begun = now()
    Client().post("/login/", {"username": "li", "password": PASSWORD})
    with frozen(begun + timedelta(minutes=29)):
        sweep(timestamp=0)
        assert Session.objects.count() == 1

    with frozen(begun + timedelta(minutes=31)):
        sweep(timestamp=0)
    assert not Session.objects.exists()
    assert SecurityEvent.objects.count() == 1
    with frozen(begun + timedelta(days=401)):
        sweep(timestamp=0)
    assert not SecurityEvent.objects.exists()
