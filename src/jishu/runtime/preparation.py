"""Tells whether a database has already been brought to this code's state, without loading Django to find out."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version

import psycopg

from jishu.runtime.database import Unreachable
from jishu.runtime.environment import PACKAGE

_TABLE = "jishu_prepared"
_WITH_MIGRATIONS_OF_THEIR_OWN = ("django", "procrastinate")


Connection = psycopg.Connection[tuple[object, ...]]


def _connected(url: str) -> Connection:
    try:
        return psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as error:
        raise Unreachable(reason=str(error).splitlines()[0]) from error


def fingerprint(*, demo: bool) -> str:
    """Changes with any migration, ours or theirs, and with the wish for demo data."""
    digest = sha256(f"demo={demo}".encode())
    for name in _WITH_MIGRATIONS_OF_THEIR_OWN:
        digest.update(f"{name}={version(name)}".encode())
    for path in sorted(PACKAGE.rglob("migrations/*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def recorded(url: str) -> str | None:
    """The fingerprint kept in the database itself, so that a restored or exchanged database is noticed."""
    with _connected(url) as connection:
        known = connection.execute("SELECT to_regclass(%s)", [_TABLE]).fetchone()
        if known is None or known[0] is None:
            return None
        row = connection.execute(f"SELECT fingerprint FROM {_TABLE}").fetchone()  # noqa: S608 — a constant
        return None if row is None else str(row[0])


def record(url: str, value: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {_TABLE} (fingerprint text NOT NULL)")
        connection.execute(f"DELETE FROM {_TABLE}")  # noqa: S608 — a constant
        connection.execute(f"INSERT INTO {_TABLE} VALUES (%s)", [value])  # noqa: S608 — a constant


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Several machines may start on one database at once: one prepares it, the others wait."""
    with _connected(url) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [_TABLE])
        yield
