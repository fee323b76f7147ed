"""The tables are changed before the programs are: what the previous release writes and reads must go on fitting.

``previous.json`` is `jishu schema` of the previous release, taken anew with each one.
"""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

PREVIOUS = json.loads((Path(__file__).parent / "previous.json").read_text())

MIGRATE = """
from django.core.management import call_command
for app, migration in {last}.items():
    call_command("migrate", app, migration, verbosity=0)
"""


def jishu(url, *words):
    done = subprocess.run(
        [sys.executable, "-m", "jishu.cli", *words],
        env=os.environ | {"JISHU_DATABASE_URL": url}, capture_output=True, text=True, timeout=120, check=False,
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
