"""A private PostgreSQL: made on first use, owned as a child, reached by a socket in a closed directory."""

import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jishu.runtime import processes
from jishu.runtime.place import Place, settle
from jishu.runtime.problem import Problem

ROLE = DATABASE = "jishu"
_BUILTIN_LOCALE_SINCE = 17
_START_WITHIN = 300.0  # seconds; replaying the log after a power cut takes its time
_OLD_ONE_LEAVES_WITHIN = 10.0

_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    # What an office keeps fits into memory, where a page costs some forty index entries, not the hundred of a disk.
    "seq_page_cost": "0.4",
    "random_page_cost": "0.4",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "lc_messages": "C",
}
_THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
}


class DidNotStart(Problem):
    """数据库没有启动起来，{reason}（详见 {log}）"""


class CouldNotCreate(Problem):
    """数据库目录 {data} 未能建立：{reason}"""


class OtherRelease(Problem):
    """{data} 是 PostgreSQL {theirs} 的数据，现有程序是 {ours}：请先用原来的版本导出，再导入新库。"""


class Server:
    """One cluster under `directory`, running as our child between `start` and `stop`."""

    def __init__(self, directory: Path, *, throw_away: bool = False) -> None:
        self.place: Place = settle(directory)
        self._options = _OPTIONS | (_THROW_AWAY if throw_away else {})
        self._child: processes.Child | None = None

    def url(self, database: str = DATABASE) -> str:
        return url(self.place.sockets, database)

    def start(self) -> Self:
        if self._child is not None:  # it died: take its orphaned sessions along
            processes.stop(self._child, within=0)
        _clear_leftovers(self.place)
        _create(self.place)
        options = self._options | {"unix_socket_directories": str(self.place.sockets)}
        with self.place.log.open("ab") as log:
            self._child = processes.start(
                [
                    self.place.binaries / "postgres",
                    *("-D", self.place.data),
                    *(word for name, value in options.items() for word in ("-c", f"{name}={value}")),
                ],
                on_our_death=signal.SIGINT,  # PostgreSQL's word for: break off and leave in good order
                account=self.place.account,
                cwd=Path("/"),
                output=log,
            )
        self._wait_until_ready()
        _create_database(self.url("postgres"))
        return self

    def alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def stop(self, *, let_others_finish: bool = False) -> None:
        """Stop in good order; with `let_others_finish`, sessions of other processes may first come to their end."""
        if self._child is None:
            return
        if let_others_finish and self.alive():
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(60)
            except subprocess.TimeoutExpired:
                pass  # they had their minute
        processes.stop(self._child, how=signal.SIGINT, within=20)
        if self.place.sockets != self.place.data.parent:
            shutil.rmtree(self.place.sockets, ignore_errors=True)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_WITHIN
        while running(self.place.data) is None:
            if not self.alive() or time.monotonic() > deadline:
                self.stop()
                raise DidNotStart(log=self.place.log, reason=_reason(self.place.log))
            time.sleep(0.02)


def url(sockets: Path, database: str = DATABASE) -> str:
    return make_conninfo(host=str(sockets), user=ROLE, dbname=database)


def running(data: Path) -> Path | None:
    """The socket directory of the server that has `data` open and is ready, if there is one."""
    lines = _pid_file(data)
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return Path(lines[4]) if ready and _is_postgres(int(lines[0]), data) else None


def _pid_file(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _is_postgres(pid: int, data: Path) -> bool:
    """Is `pid` really the server of `data`, and not a stranger that inherited a dead server's number?"""
    return str(data) in processes.command_line(pid)


def _clear_leftovers(place: Place) -> None:
    """Wait for a server that is still leaving after its supervisor was killed; remove the marks of a dead one.

    PostgreSQL refuses to start when the number in a mark has passed to a stranger, as it does in containers.
    But only when nobody is left in the data may the marks go: two servers on one cluster destroy it.
    """
    if not _pid_file(place.data):
        return
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + _OLD_ONE_LEAVES_WITHIN
        while (left := _left_in(place.data)) and time.monotonic() < deadline:
            for pid in left:
                processes.send(pid, how)
            time.sleep(0.1)
    if not _left_in(place.data):
        for mark in (place.data / "postmaster.pid", *place.sockets.glob(".s.PGSQL.*")):
            mark.unlink(missing_ok=True)


def _left_in(data: Path) -> list[int]:
    """Servers and their orphaned sessions; all of them work inside the cluster's directory."""
    first = int(_pid_file(data)[0]) if _pid_file(data) else 0
    return sorted({*processes.working_in(data), *([first] if first and _is_postgres(first, data) else [])})


def _create(place: Place) -> None:
    ours = _release(place)
    if (place.data / "PG_VERSION").exists():
        theirs = (place.data / "PG_VERSION").read_text().strip()
        if theirs != str(ours):
            raise OtherRelease(data=place.data, theirs=theirs, ours=ours)
        return
    fresh = place.data.with_name("data.new")  # renamed when whole, so that a kill in between does no harm
    shutil.rmtree(fresh, ignore_errors=True)
    locale = ["--locale=C.UTF-8"]
    if ours >= _BUILTIN_LOCALE_SINCE:  # sorts alike on every system and after every upgrade of one
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    # Trust is safe here: no port is open, and only the owner may enter the socket's directory.
    words = ["-U", ROLE, "-A", "trust", "--encoding=UTF8", "--no-instructions", "--no-sync", *locale]
    with place.log.open("ab") as log:
        maker = processes.start(
            [place.binaries / "initdb", "-D", fresh, *words], account=place.account, cwd=Path("/"), output=log
        )
        try:
            code = maker.wait()
        finally:
            processes.stop(maker)
    if code != 0:
        raise CouldNotCreate(data=place.data, reason=_reason(place.log))
    fresh.rename(place.data)


def _release(place: Place) -> int:
    said = subprocess.run([place.binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    return int(said.stdout.split()[2].partition(".")[0])


def _create_database(maintenance_url: str) -> None:
    with psycopg.connect(maintenance_url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not known:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _reason(log: Path) -> str:
    """The last complaint in the log; its very last line only says that the server left."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    complaints = [line for line in lines if any(mark in line for mark in ("FATAL", "PANIC", "error:"))]
    return (complaints or lines or ["（空）"])[-1]
