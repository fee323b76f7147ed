"""The tables are changed under a running platform: what the previous release does must go on working all the while.

``previous.json`` is `jishu schema` of the previous release, taken anew with each one.
"""

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

PREVIOUS = json.loads((Path(__file__).parent / "previous.json").read_text())
LONGEST_WAIT = 5.0  # seconds a person of the old release may wait for a lock

MIGRATE = """
from django.core.management import call_command
for app, migration in {last}.items():
    call_command("migrate", app, migration, verbosity=0)
"""


def jishu(url, *words):
    done = subprocess.run(
        [sys.executable, "-m", "jishu.cli", *words],
        env=os.environ | {"JISHU_DATABASE_URL": url}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def previous():
    """A database as the previous release left it."""
    server = conninfo_to_dict(os.environ["JISHU_DATABASE_URL"])
    name = f"upgrade_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(make_conninfo(**server | {"dbname": "postgres"}), autocommit=True) as maintenance:
        maintenance.execute(f"CREATE DATABASE {name}")
        url = make_conninfo(**server | {"dbname": name})
        try:
            last = json.dumps(dict(PREVIOUS["migrations"]))
            jishu(url, "shell", "-c", MIGRATE.format(last=last))
            yield url
        finally:
            maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)")


class OldRelease(threading.Thread):
    """Writes and reads as the previous release did: with every column it knew, and no other."""

    def __init__(self, url, stop):
        super().__init__(daemon=True)
        self.url, self.stop = url, stop
        self.errors, self.waits = [], []

    def run(self):
        with psycopg.connect(self.url, autocommit=True) as connection:
            number = 0
            while not self.stop.is_set():
                number += 1
                began = time.monotonic()
                try:
                    self.work(connection, number)
                except psycopg.Error as error:
                    self.errors.append(str(error))
                self.waits.append(time.monotonic() - began)

    def work(self, connection, number):
        code, uid = f"old-{self.name}-{number}", uuid.uuid4()
        with connection.transaction():
            connection.execute(
                "INSERT INTO identity_person (uid, created_at, code, name, name_key) "
                "VALUES (%s, now(), %s, '旧', 'jiu')", [uid, code],
            )  # fmt: skip
            person = connection.execute(f"SELECT {known('identity_person')} FROM identity_person WHERE uid = %s", [uid])
            connection.execute(
                "INSERT INTO notify_message (uid, created_at, person_id, title, body, link) "
                "SELECT gen_random_uuid(), now(), id, '旧版消息', '', '' FROM identity_person WHERE uid = %s", [uid],
            )  # fmt: skip
            assert person.fetchone()
        for table in ("asset_card", "workflow_case", "workflow_task", "audit_entry"):
            connection.execute(f"SELECT {known(table)} FROM {table} LIMIT 1").fetchall()


def known(table):
    return ", ".join(f'"{column}"' for column in PREVIOUS["tables"][table])


def test_the_previous_release_works_while_its_tables_are_changed(previous):
    stop = threading.Event()
    old = [OldRelease(previous, stop) for _ in range(2)]
    for one in old:
        one.start()
    time.sleep(0.5)

    jishu(previous, "migrate", "--verbosity", "0")
    jishu(previous, "sync")

    time.sleep(0.5)  # and goes on working afterwards, until it is replaced
    stop.set()
    for one in old:
        one.join(30)
    assert not [error for one in old for error in one.errors]
    assert max(wait for one in old for wait in one.waits) < LONGEST_WAIT
    assert sum(len(one.waits) for one in old) > 10


def test_nothing_the_previous_release_speaks_of_is_gone_or_another_thing(previous):
    jishu(previous, "migrate", "--verbosity", "0")
    now = json.loads(jishu(previous, "schema"))["tables"]

    for table, columns in PREVIOUS["tables"].items():
        assert table in now, table
        for name, was in columns.items():
            assert name in now[table], f"{table}.{name}"
            column = now[table][name]
            assert column["type"] == was["type"], f"{table}.{name}"
            assert column["nullable"] or not was["nullable"], f"{table}.{name} has become obligatory"
        added = {name: column for name, column in now[table].items() if name not in columns}
        blocking = [name for name, column in added.items() if not (column["nullable"] or column["filled"])]
        assert not blocking, f"{table}: the previous release gives no value for {blocking}"
