"""Child processes that cannot outlive us: not after Ctrl-C, not even after our own `kill -9`."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.5
# Loaded before any fork: nothing may be looked up between fork and exec.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

Child = subprocess.Popen[bytes]


def start(
    command: Sequence[str | Path],
    *,
    on_our_death: signal.Signals = signal.SIGTERM,
    account: pwd.struct_passwd | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | None = None,
) -> Child:
    """Start a child in a session of its own, so that Ctrl-C reaches us alone and we stop it in order.

    `account` is whom root becomes for it. Its standard input is closed.
    """
    parent = os.getpid()

    def before_exec() -> None:
        # After the account has changed: changing it clears the wish.
        _follow(parent, on_our_death)

    # preexec_fn is safe here: the supervisor and the command line run one thread.
    child = subprocess.Popen(
        [str(word) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=env,
        cwd=cwd,
        start_new_session=True,
        preexec_fn=before_exec,  # noqa: PLW1509 — see above
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    if _libc is None:
        _watch(child, on_our_death)
    return child


def stop(child: Child, *, how: signal.Signals = signal.SIGTERM, within: float = 8) -> None:
    """Ask `child` to stop; after `within` seconds kill its whole session."""
    if child.poll() is None:
        child.send_signal(how)
    wait_or_kill(child, within=within)


def wait_or_kill(child: Child, *, within: float) -> None:
    try:
        child.wait(within)
    except subprocess.TimeoutExpired:
        _kill_session(child.pid)
        child.wait()
    else:
        _kill_session(child.pid)  # grandchildren that did not leave with it


def run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> int:
    """Run to the end and return the exit code; leaves nothing behind when we are interrupted."""
    child = start(command, on_our_death=signal.SIGKILL, env=env, cwd=cwd)
    try:
        return child.wait()
    finally:
        stop(child, within=3)


def follow_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """Called inside a grandchild started by somebody else's code: die when the present parent dies."""
    parent = os.getppid()
    if _libc is not None:
        _follow(parent, how)
    else:
        threading.Thread(target=_poll_parent, args=(parent, how), daemon=True).start()


def _follow(parent: int, how: signal.Signals) -> None:
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
    if os.getppid() != parent:  # it died before we could say so
        os._exit(1)


def _poll_parent(parent: int, how: signal.Signals) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os.kill(os.getpid(), how)


def _watch(child: Child, how: signal.Signals) -> None:
    """Where the kernel offers no parent-death signal (macOS), a small process watches us both."""
    subprocess.Popen(
        [sys.executable, "-m", "jishu.runtime.watch", str(os.getpid()), str(child.pid), str(int(how))],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def command_line(pid: int) -> str:
    """What `pid` was started with; empty when there is no such process."""
    if _libc is not None:  # small containers have no ps
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    words = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory is `folder`; none where the system does not tell."""
    return [int(entry.parent.name) for entry in Path("/proc").glob("[0-9]*/cwd") if _target(entry) == str(folder)]


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:  # gone meanwhile, or not ours to see
        return ""


def send(pid: int, how: signal.Signals) -> None:
    """Signal `pid`, which may be gone already."""
    try:
        os.kill(pid, how)
    except (ProcessLookupError, PermissionError):
        return


def _kill_session(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
