"""A database with the tables of this code, made once per set of migrations and copied by whoever needs one.

Making the tables takes longer than most of what the tests then do with them.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jishu.runtime.place import client
from jishu.runtime.postgres import Server
from jishu.runtime.preparation import fingerprint
from jishu.runtime.testing import SHARED


def tables() -> str:
    """The name of a database on the server of the tests to be had as ``CREATE DATABASE … TEMPLATE name``."""
    server = conninfo_to_dict(os.environ["JISHU_DATABASE_URL"])
    family = f"{server['dbname']}_tables_"
    name = family + fingerprint(demo=False)[:12]
    with (
        (Path(os.environ[SHARED]) / "tables.lock").open("w") as held,
        psycopg.connect(make_conninfo("", **server | {"dbname": "postgres"}), autocommit=True) as maintenance,
    ):
        fcntl.flock(held, fcntl.LOCK_EX)  # the other worker of the run may be making it
        rows = maintenance.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [family])
        found = [str(row[0]) for row in rows]
        if name not in found:
            for old in found:  # a server that outlives the run keeps the tables of one state of the code
                maintenance.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            _migrate(maintenance, make_conninfo("", **server | {"dbname": f"{name}_raw"}), name)
    return name


def _migrate(maintenance: psycopg.Connection, url: str, name: str) -> None:
    """Under another name until it is whole, so that a run that was broken off leaves nothing to be copied."""
    raw = sql.Identifier(f"{name}_raw")
    maintenance.execute(sql.SQL("CREATE DATABASE {}").format(raw))
    command = [sys.executable, "-m", "jishu.cli", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(command, env=os.environ | {"JISHU_DATABASE_URL": url}, check=True)
    maintenance.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(raw, sql.Identifier(name)))


def lay_out(home: Path) -> None:
    """The database of ``home`` as `jishu up` would leave it without the demo district; it is not running."""
    ground = Path(os.environ[SHARED])
    with (ground / "cluster.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        made = Server(ground / "cluster")
        if not (ground / "cluster.made").exists():
            _make(made, ground)
    copy = Server(home / "pg").place.data
    subprocess.run(["cp", "-a", made.place.data, copy], check=True)


def _make(server: Server, ground: Path) -> None:
    source = make_conninfo(os.environ["JISHU_DATABASE_URL"], dbname=tables())
    server.start()
    try:
        dump = subprocess.run([client("pg_dump"), "--no-owner", "-d", source], check=True, stdout=subprocess.PIPE)
        load = [client("psql"), "--quiet", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-d", server.url()]
        subprocess.run(load, input=dump.stdout, check=True)
        surroundings = os.environ | {"JISHU_DATABASE_URL": server.url(), "JISHU_DEMO": "0"}
        subprocess.run([sys.executable, "-m", "jishu.config.prepare"], env=surroundings, check=True)
    finally:
        server.stop()
    (ground / "cluster.made").touch()
