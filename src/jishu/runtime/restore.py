"""`jishu restore BACKUP`: a whole home from a backup, into an empty place, proved against the backup's own figures."""

import json
import os
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

import psycopg

from jishu.runtime import processes
from jishu.runtime.backup import CONTENTS, DUMP, FORMAT, HOME, MANIFEST, Manifest, counted, digest, move_contents
from jishu.runtime.database import Unreachable, available
from jishu.runtime.environment import PACKAGE, Environment
from jishu.runtime.place import client
from jishu.runtime.problem import Problem


class NotABackup(Problem):
    """{path} 不是一份完整的备份：{reason}"""


class Damaged(Problem):
    """备份已损坏，没有恢复任何内容：{names}"""


class NotEmpty(Problem):
    """{place}里已有数据。恢复只能进入空的目录和空的数据库，以免盖掉现有内容；请用 JISHU_HOME 另指一个空目录。"""


class TooNew(Problem):
    """备份来自更新的版本（有本程序没有的数据表变更 {names}），请先升级程序再恢复。"""


class RestoreFailed(Problem):
    """数据库没有恢复成功，未留下半份数据：{reason}"""


class NotTheSame(Problem):
    """恢复后的数据与备份时不一致：{names}"""


def main(words: list[str]) -> None:
    parser = ArgumentParser(prog="jishu restore", description="把一份备份恢复到空的 JISHU_HOME（和空的数据库）。")
    parser.add_argument("backup", type=Path, help="jishu backup 生成的目录")
    chosen = parser.parse_args(words[1:])
    environment = Environment.read()
    manifest = opened(chosen.backup)
    _must_be_free(environment.home)
    with available(environment, "jishu restore") as url:
        restore(chosen.backup, manifest, environment.home, url)
        if (chosen.backup / CONTENTS).is_dir():
            move_contents("bring", chosen.backup / CONTENTS, environment, url)
        print(f"已恢复：{len(manifest.tables)} 张表共 {sum(manifest.tables.values()):,} 行，与备份一致。")  # noqa: T201
        _brought_up_to_date(environment, url)


def opened(backup: Path) -> Manifest:
    """The manifest, once every file of the backup is what it was when it was made."""
    try:
        manifest = Manifest(**json.loads((backup / MANIFEST).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise NotABackup(path=backup, reason=f"没有 {MANIFEST}。") from error
    except (ValueError, TypeError) as error:
        raise NotABackup(path=backup, reason=f"{MANIFEST} 无法读懂。") from error
    if manifest.format != FORMAT:
        raise NotABackup(path=backup, reason=f"格式 {manifest.format} 不是本程序认识的格式 {FORMAT}。")
    bad = [name for name, known in manifest.files.items() if not _is(backup / name, known)]
    if bad:
        raise Damaged(names="、".join(bad[:5]) + ("等" if len(bad) > 5 else ""))
    unknown = [f"{app}.{name}" for app, name in manifest.migrations if _is_ours(app) and not _known(app, name)]
    if unknown:
        raise TooNew(names="、".join(unknown[:5]))
    return manifest


def restore(backup: Path, manifest: Manifest, home: Path, url: str) -> None:
    """Database first, in one transaction; then the files; then the proof that all rows are back."""
    with _connected(url) as connection:
        if counted(connection):
            raise NotEmpty(place="数据库")
    how = ("--single-transaction", "--no-owner", "--no-privileges", f"--dbname={url}")
    done = subprocess.run([client("pg_restore"), *how, backup / DUMP], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RestoreFailed(reason=done.stderr.strip().splitlines()[0] if done.stderr.strip() else "pg_restore")
    _put_back(backup / HOME, home)
    with _connected(url) as connection:
        connection.execute("ANALYZE")
        found = counted(connection)
    wrong = [f"{name} {found.get(name, 0)} 行，应为 {rows} 行" for name, rows in manifest.tables.items()
             if found.get(name) != rows]  # fmt: skip
    if wrong:
        raise NotTheSame(names="；".join(wrong[:5]))


def _put_back(kept: Path, home: Path) -> None:
    """The home itself keeps its own mode: the account of the database must get through it."""
    for entry in kept.iterdir():
        if entry.is_dir():
            shutil.copytree(entry, home / entry.name)
        else:
            shutil.copy2(entry, home / entry.name)


def _connected(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    try:
        return psycopg.connect(url, autocommit=True)
    except psycopg.OperationalError as error:
        raise Unreachable(reason=str(error).splitlines()[0]) from error


def _must_be_free(home: Path) -> None:
    if home.exists() and any(entry.name != "lock" for entry in home.iterdir()):
        raise NotEmpty(place=f"目录 {home} ")


def _brought_up_to_date(environment: Environment, url: str) -> None:
    """A backup of an older release becomes one of this release; then the audit record proves itself."""
    env = os.environ | {"JISHU_DATABASE_URL": url, "JISHU_HOME": str(environment.home), "JISHU_DEMO": "0"}
    for step in (["jishu.config.prepare"], ["jishu.cli", "audit", "verify"]):
        if processes.run([sys.executable, "-m", *step], env=env) != 0:
            raise RestoreFailed(reason=f"{' '.join(step)} 没有通过，请看上面的输出。")


def _is(path: Path, known: str) -> bool:
    return path.is_file() and digest(path) == known


def _is_ours(app: str) -> bool:
    return any((folder / app).is_dir() for folder in _homes_of_apps())


def _known(app: str, name: str) -> bool:
    return any((folder / app / "migrations" / f"{name}.py").exists() for folder in _homes_of_apps())


def _homes_of_apps() -> tuple[Path, ...]:
    return tuple(PACKAGE / layer for layer in ("platform", "apps", "config"))
