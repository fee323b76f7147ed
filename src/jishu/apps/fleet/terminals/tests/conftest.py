"""Committed rows, which another process sees, without emptying all tables after each test."""

from collections.abc import Iterator

import pytest
from django.db import connection

from jishu.apps.fleet.models import Terminal
from jishu.platform.identity.tests.makers import make_unit

from .gateways import Gateway, terminal_in_use

_CARS = 12
_OURS = (
    "fleet_position", "fleet_downlink", "fleet_latestposition", "fleet_terminallink", "fleet_tracksegment",
    "fleet_sealedday", "fleet_terminal", "fleet_plating", "fleet_vehicle",
)  # fmt: skip


@pytest.fixture(scope="module")
def garage(django_db_setup: None, django_db_blocker) -> Iterator[list[Terminal]]:
    """Terminals in cars, really in the database until the module ends; each test takes its own from the end."""
    assert connection.settings_dict["NAME"].startswith("test_"), "a test of the module must be marked django_db"
    with django_db_blocker.unblock():
        unit = make_unit()
        terminals = [terminal_in_use(unit) for _ in range(_CARS)]
        connection.close()
    yield terminals
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in _OURS:
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM identity_unit WHERE id = %s", [unit.id])


@pytest.fixture(scope="module")
def gateway(garage: list[Terminal]) -> Iterator[Gateway]:
    gateway = Gateway()
    yield gateway
    gateway.stop()
