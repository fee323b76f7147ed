"""The directory that outlives every process (JISHU_HOME): who runs on it now, and its secret."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jishu.runtime.problem import Problem


class HomeClosed(Problem):
    """目录 {path} 不可写：请换回创建它的用户运行，或用 JISHU_HOME 另指目录。"""


@contextmanager
def held(home: Path, words: str) -> Iterator[str | None]:
    """Hold `home` for this process and yield None; when another process holds it, yield what that one does.

    The kernel lets go when the holder dies, however it dies.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "lock").open("a+")
    except PermissionError as error:
        raise HomeClosed(path=error.filename or home) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            yield lock.read().strip() or "另一个进程"
            return
        lock.truncate(0)
        lock.write(f"进程 {os.getpid()}（{words}）")
        lock.flush()
        yield None


def secret(home: Path) -> str:
    """The key that signs sessions: made once, readable by its owner alone."""
    path = home / "secret"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        write_once(path, secrets.token_urlsafe(48))
    return path.read_text()


def write_once(path: Path, text: str) -> None:
    """Web and worker may start together: whoever comes second keeps the first one's file."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
