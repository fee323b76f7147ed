"""`jishu backup DIRECTORY`: the database and all that stands beside it, as of one moment, with the sums to prove it.

The database is dumped first and the files are copied after it, out of the bucket where there is one: a file is stored
before the row that names it and never changes afterwards, so that every row of the dump finds its file.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from jishu.runtime import processes
from jishu.runtime.database import Unreachable, available
from jishu.runtime.environment import Environment
from jishu.runtime.place import client
from jishu.runtime.problem import Problem

FORMAT = 1
MANIFEST, DUMP, HOME, CONTENTS = "manifest.json", "database.dump", "home", "contents"
# Made anew by whoever runs on the home, or kept in the dump.
NOT_KEPT = {"pg", "lock", "metrics", "demo", "up.log", "commands.log", "backups.json"}
LAST = "backups.json"
_STEM = "jishu-"


class NotADirectory(Problem):
    """备份要写入一个目录，而 {path} 不是目录。"""


class InsideHome(Problem):
    """备份不能放在 {home} 里面：这个目录坏了，备份也就没有了。请换一个磁盘或另一台机器上的目录。"""


class ContentsMissing(Problem):
    """对象存储中的文件没有取齐，备份没有做成，原因见上面的输出。"""


class DumpFailed(Problem):
    """数据库没有导出成功：{reason}"""


@dataclass(frozen=True)
class Manifest:
    """``tables``: rows of each table as of the dump; ``files``: SHA-256 of every file beside it, by relative path."""

    format: int
    made_at: str
    release: str
    server: int
    migrations: list[list[str]]
    tables: dict[str, int]
    files: dict[str, str]


def main(words: list[str]) -> None:
    parser = ArgumentParser(
        prog="jishu backup", description="备份数据库、文件、密钥和审计树。备份里有密钥，请妥善保管。"
    )
    parser.add_argument("directory", type=Path, help="放备份的目录，每次备份在其中新建一个子目录")
    parser.add_argument("--keep", type=int, default=0, metavar="N", help="只留最近 N 份，更早的删除")
    chosen = parser.parse_args(words[1:])
    environment = Environment.read()
    with available(environment, "jishu backup") as url:
        made = back_up(environment, url, chosen.directory)
    _remember(environment.home, made)
    print(f"已备份到 {made}，共 {_size(made) / 1024 / 1024:,.1f} MB。请定期用 jishu restore 在另一处试恢复。")  # noqa: T201
    for old in _surplus(chosen.directory, chosen.keep):
        shutil.rmtree(old)
        print(f"已删除更早的备份 {old.name}。")  # noqa: T201


def back_up(environment: Environment, url: str, directory: Path) -> Path:
    """The new backup's directory, which appears under its name only when it is whole and on disk."""
    home = environment.home
    if directory.exists() and not directory.is_dir():
        raise NotADirectory(path=directory)
    if directory.resolve().is_relative_to(home.resolve()):
        raise InsideHome(home=home)
    name = f"{_STEM}{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    draft = directory / f".{name}.{os.getpid()}.partial"  # one that was killed this second left its own behind
    draft.mkdir(parents=True, mode=0o700)
    try:
        facts = _dump(url, draft / DUMP)
        _copy(home, draft / HOME)
        if environment.bucket:
            move_contents("save", draft / CONTENTS, environment, url)
        sums = {path.relative_to(draft).as_posix(): digest(path) for path in _files_in(draft)}
        manifest = Manifest(
            format=FORMAT,
            made_at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            release=version("jishu"),
            files=sums,
            **facts,
        )
        _written(draft / MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        whole = directory / name
        draft.rename(whole)
        _sync(directory)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return whole


def move_contents(action: str, directory: Path, environment: Environment, url: str) -> None:
    """``save`` what an object store keeps, or ``bring`` it to whatever store the settings name now."""
    env = os.environ | {"JISHU_DATABASE_URL": url, "JISHU_HOME": str(environment.home)}
    if processes.run([sys.executable, "-m", "jishu.cli", "contents", action, directory], env=env) != 0:
        raise ContentsMissing


def counted(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table of the public schema."""
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    count = sql.SQL("SELECT count(*) FROM {}")
    found = {}
    for (name,) in names:
        row = connection.execute(count.format(sql.Identifier(name))).fetchone()
        assert row is not None  # a count always answers
        found[name] = row[0]
    return found


def digest(path: Path) -> str:
    sums = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sums.update(block)
    return sums.hexdigest()


def _dump(url: str, to: Path) -> dict[str, Any]:
    """What the database held at one moment: in the dump, and counted in the very same snapshot."""
    try:
        with psycopg.connect(url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            how = ("--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={to}")
            done = subprocess.run(
                [client("pg_dump"), *how, url], capture_output=True, text=True, env=_quiet(), check=False
            )
            if done.returncode != 0:
                raise DumpFailed(reason=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pg_dump")
            migrations = connection.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
            return {
                "server": connection.info.server_version,
                "migrations": [list(one) for one in migrations],
                "tables": counted(connection),
            }
    except psycopg.errors.UndefinedTable as error:
        raise DumpFailed(reason="数据库还是空的，没有可备份的内容。") from error
    except psycopg.OperationalError as error:
        raise Unreachable(reason=str(error).splitlines()[0]) from error


def _copy(home: Path, to: Path) -> None:
    to.mkdir(mode=0o700)
    for entry in sorted(home.iterdir()) if home.exists() else ():
        if entry.name in NOT_KEPT or entry.name.endswith(".partial"):
            continue
        if entry.is_dir():
            shutil.copytree(entry, to / entry.name, ignore=_unfinished, copy_function=_copied)
        elif entry.is_file():
            _copied(entry, to / entry.name)


def _unfinished(_folder: str, names: list[str]) -> list[str]:
    """What is still being written is not yet named by any row."""
    return [name for name in names if name.endswith(".partial")]


def _copied(source: Any, target: Any) -> Any:
    try:
        return shutil.copy2(source, target)
    except FileNotFoundError:
        return target  # a temporary file that was gone a moment later


def _files_in(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)


def _written(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    """Everything beneath is on disk before anybody is told so."""
    os.sync()
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _quiet() -> dict[str, str]:
    return os.environ | {"PGOPTIONS": "", "LC_ALL": "C"}


def _size(folder: Path) -> int:
    return sum(path.stat(follow_symlinks=False).st_size for path in folder.rglob("*"))


def _surplus(directory: Path, keep: int) -> list[Path]:
    whole = sorted(path for path in directory.glob(f"{_STEM}*") if stat.S_ISDIR(path.stat().st_mode))
    return whole[:-keep] if keep > 0 else []


def _remember(home: Path, made: Path) -> None:
    """So that `jishu doctor` can say how old the last backup is."""
    _written(home / LAST, json.dumps({"at": datetime.now(UTC).isoformat(), "path": str(made)}))
