"""A cluster with the tables and reference data of this code, made once per run and copied by whoever needs one.

Making the tables takes longer than most of what the tests then do with them.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from jishu.runtime.postgres import Server
from jishu.runtime.testing import SHARED


def lay_out(home: Path) -> None:
    """The database of ``home`` as `jishu up` would leave it without the demo district; it is not running."""
    ground = Path(os.environ[SHARED])
    with (ground / "cluster.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # the other worker of the run may be making it
        made = Server(ground / "cluster")
        if not (ground / "cluster.made").exists():
            _make(made, ground)
    copy = Server(home / "pg").place.data
    subprocess.run(["cp", "-a", made.place.data, copy], check=True)


def _make(server: Server, ground: Path) -> None:
    server.start()
    try:
        surroundings = os.environ | {"JISHU_DATABASE_URL": server.url(), "JISHU_DEMO": "0"}
        subprocess.run([sys.executable, "-m", "jishu.config.prepare"], env=surroundings, check=True)
    finally:
        server.stop()
    (ground / "cluster.made").touch()
