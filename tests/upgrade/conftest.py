"""A database as the previous release left it."""

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
from django.db import connection
from jishu.config.operations.upgrading import Executor
Executor(connection).migrate([*{last}.items()])
"""


def jishu(url, *words):
    done = subprocess.run(
        [sys.executable, "-m", "jishu.cli", *words],
        env=os.environ | {"JISHU_DATABASE_URL": url}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="package")
def previous():
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
