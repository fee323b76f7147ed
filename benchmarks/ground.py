"""Where figures are measured: a home of its own with a million cards, kept between runs, and the platform upon it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from benchmarks import processes
from jishu.runtime import preparation
from jishu.runtime import processes as children
from jishu.runtime.postgres import Server, running, url

CARDS = int(os.environ.get("BENCH_CARDS", "1000000"))
SMALL = "small"  # the demo district alone; every figure that writes gets a copy of it
_READY_WITHIN = 300.0
_REPEATED = 3


class Platform:
    """`jishu up`, as people start it."""

    def __init__(self, home: Path) -> None:
        self.port = _free_port()
        self.began = time.monotonic()
        self._home = home
        with (home / "up.log").open("ab") as log:
            self._child = children.start(
                [sys.executable, "-m", "jishu.cli", "up"], env=_env(home, PORT=str(self.port)), output=log
            )
        self.first_page_after = self._first_page()

    @property
    def web(self) -> list[int]:
        return processes.family(*processes.named(self.all, "jishu.cli web"))

    @property
    def worker(self) -> list[int]:
        return processes.family(*processes.named(self.all, "jishu.cli worker"))

    @property
    def database(self) -> list[int]:
        return processes.family(*processes.named(self.all, "bin/postgres -D"))

    @property
    def all(self) -> list[int]:
        return processes.family(self._child.pid)

    def stop(self) -> None:
        children.stop(self._child, how=signal.SIGTERM, within=30)

    def _first_page(self) -> float:
        """Seconds until a person saw something."""
        while time.monotonic() - self.began < _READY_WITHIN:
            try:
                with urlopen(f"http://127.0.0.1:{self.port}/login/", timeout=5) as answer:
                    answer.read()
                    return time.monotonic() - self.began
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.02)
            if self._child.poll() is not None:
                break
        raise RuntimeError(f"the platform did not start: see {self._home}/up.log")


class Ground:
    """The home, and the platform that runs on it, started by the first figure that asks."""

    def __init__(self, stack: ExitStack) -> None:
        self.home = _home()
        self._platform: Platform | None = None
        stack.callback(self.rest)

    @property
    def platform(self) -> Platform:
        return self._platform or self.started_anew()

    def started_anew(self) -> Platform:
        self.rest()
        self._platform = Platform(self.home)
        return self._platform

    def rest(self) -> None:
        if self._platform is not None:
            self._platform.stop()
            self._platform = None

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database of the million cards."""
        with psycopg.connect(self.address("jishu")) as connection:
            return connection.execute(sql, values).fetchall()

    def duration(self, sql: str, *values: object) -> float:
        """Milliseconds a statement takes inside the database, planning included; the middle of some."""
        explained = f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY ON, FORMAT JSON) {sql}"
        plans = [self.query(explained, *values)[0][0][0] for _ in range(_REPEATED)]
        return median(plan["Planning Time"] + plan["Execution Time"] for plan in plans)

    def address(self, database: str) -> str:
        assert self.platform
        sockets = running((self.home / "pg").resolve() / "data")
        if sockets is None:
            raise RuntimeError("the database is not running")
        return url(sockets, database)

    @contextmanager
    def copy(self, name: str) -> Iterator[str]:
        """The address of a database with the demo district alone, gone afterwards. Its commits are durable."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {SMALL}")
            try:
                yield self.address(name)
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def said(home: Path, address: str, *words: str | Path, codes: tuple[int, ...] = (0,)) -> str:
    """What a word of the command line answers."""
    env = _env(home, JISHU_DATABASE_URL=address)
    ended = subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, check=False)
    if ended.returncode not in codes:
        raise RuntimeError(f"{words} ended with {ended.returncode}: {ended.stderr}")
    return ended.stdout


@contextmanager
def empty_home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="jishu-bench-") as folder:
        Path(folder).chmod(0o755)  # root's database account must get through
        yield Path(folder)


def run(home: Path, address: str, *words: str | Path) -> int:
    """One word of the command line on a database, to its end; what it says goes to the log of the home."""
    with (home / "commands.log").open("ab") as log:
        command = [sys.executable, *words]
        child = children.start(command, env=_env(home, JISHU_DATABASE_URL=address), output=log)
        try:
            return child.wait()
        finally:
            children.stop(child, how=signal.SIGKILL)


def _home() -> Path:
    """Kept for as long as the tables keep their form."""
    kept = Path(tempfile.gettempdir()) / f"jishu-bench-{os.getuid()}"
    home = kept / f"{preparation.fingerprint(demo=True)[:12]}-{CARDS}"
    if not (home / "ready").exists():
        shutil.rmtree(kept, ignore_errors=True)
        home.mkdir(parents=True)
        _fill(home)
        (home / "ready").touch()
    return home


def _fill(home: Path) -> None:
    sys.stderr.write(f"正在准备测量用的数据库（{CARDS:,} 张卡片，只在首次或表结构变化后）……\n")
    server = Server(home / "pg")
    try:
        address = server.start().url()
        _must(run(home, address, "-m", "jishu.config.prepare"), home)
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {SMALL} TEMPLATE jishu")
        _must(run(home, address, "-m", "jishu.cli", "demo", "--scale", str(CARDS)), home)
    finally:
        server.stop()


def _must(code: int, home: Path) -> None:
    if code != 0:
        raise RuntimeError(f"the database could not be filled: see {home}/commands.log")


def _env(home: Path, **more: str) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("JISHU_")}
    return ours | {"JISHU_HOME": str(home), "PYTHONUNBUFFERED": "1"} | more


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
