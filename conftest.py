"""What holds for every test: the database comes from `jishu.runtime.testing`; nothing leaves this machine."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from tests.runtime.template import tables

from jishu.runtime import browser

pytest_plugins = ["tests.cast"]

hypothesis.settings.register_profile("jishu", deadline=None)  # a busy machine is no mistake
hypothesis.settings.load_profile("jishu")


class LeftTheMachine(Exception):
    """A test tried to talk to another machine."""


def _is_here(address: object) -> bool:
    if not isinstance(address, tuple):  # a Unix socket
        return True
    host = str(address[0])
    return host == "localhost" or ipaddress.ip_address(host.partition("%")[0]).is_loopback


@pytest.fixture(autouse=True)
def _stay_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: object) -> None:
        if not _is_here(address):
            raise LeftTheMachine(address)
        connect(self, address)

    def guarded_look_up(host: object, *args: object, **kwargs: object) -> object:
        if host not in (None, "localhost", b"localhost") and not _is_address(host):
            raise LeftTheMachine(host)
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


@pytest.fixture(scope="session", autouse=True)
def _passwords_cost_little() -> None:
    """As the hasher proves them at any cost, the lowest will do: nearly every test has somebody with an account."""
    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser of the journeys: `playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])`."""
    named = os.environ.get("JISHU_CHROMIUM")
    return Path(named) if named else browser.obtain()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Django then copies the tables instead of making them."""
    connection.settings_dict["TEST"]["TEMPLATE"] = tables()


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_audit_triggers() -> Iterator[None]:
    """Tests with real transactions empty the tables afterwards; the audit record must allow that to nobody else."""
    flush = DatabaseOperations.execute_sql_flush

    def execute(self: DatabaseOperations, statements: list[str]) -> None:
        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE kept ON COMMIT DROP AS TABLE audit_chain")
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("INSERT INTO audit_chain SELECT id, 0, decode(repeat('00', 32), 'hex') FROM kept")

    DatabaseOperations.execute_sql_flush = execute  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
