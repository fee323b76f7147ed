"""A Chromium for the journeys: the system's, else the distribution's package, else one fetched beside the checkout."""

import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from jishu.runtime import frontend, processes
from jishu.runtime.environment import CHECKOUT, Environment
from jishu.runtime.problem import Problem

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_PACKAGES = ("chromium", "fonts-wqy-microhei")
_LISTENS_WITHIN = 30.0

# The fetched build brings the few libraries a bare system lacks; the system's own win where they exist.
_LAUNCHER = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
if ldd "$here/chromium" | grep -q 'not found'; then export LD_LIBRARY_PATH="$here/lib"; fi
exec "$here/chromium" "$@"
"""


class NoBrowser(Problem):
    """没有找到能启动的 Chromium，也未能自动取得；请安装 Chromium 或 Chrome，或用 JISHU_CHROMIUM 指明它的位置。"""


def obtain() -> Path:
    """The path of a browser that really starts; fetches one when there is none and says so."""
    for find in (_found, _from_distribution, _fetched):
        path = find()
        if path is not None and starts(path):
            return path
    raise NoBrowser()


def starts(path: Path) -> bool:
    """Not only there, but with every library it needs: wait until it listens."""
    with tempfile.TemporaryDirectory(prefix="jishu-browser-") as folder:
        said = Path(folder) / "said"
        words: list[str | Path] = [
            path,
            "--headless",
            "--no-sandbox",
            "--remote-debugging-port=0",
            f"--user-data-dir={folder}/profile",
        ]
        try:
            with said.open("wb") as output:
                child = processes.start(words, on_our_death=signal.SIGKILL, output=output)
        except OSError:
            return False
        try:
            deadline = time.monotonic() + _LISTENS_WITHIN
            while child.poll() is None and time.monotonic() < deadline:
                if b"DevTools listening" in said.read_bytes():
                    return True
                time.sleep(0.05)
            return False
        finally:
            processes.stop(child, how=signal.SIGKILL)


def _found() -> Path | None:
    named = os.environ.get("JISHU_CHROMIUM")
    if named:
        return Path(named)
    on_path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if on_path:
        return Path(on_path)
    return _MAC if _MAC.exists() else None


def _from_distribution() -> Path | None:
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        return None
    _tell("没有找到 Chromium，正在用 apt-get 安装（含中文字体）……")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    processes.run([apt, "-qq", "update"], env=env)
    processes.run([apt, "-qq", "-y", "--no-install-recommends", "install", *_PACKAGES], env=env)
    return _found()


def _fetched() -> Path | None:
    """A build that needs no root: unpacked once into JISHU_HOME, from an npm package under lock."""
    if CHECKOUT is None:
        return None
    target = Environment.read().home / "browser"
    launcher = target / "launch"
    if not launcher.exists():
        _tell("没有找到可用的 Chromium，正在取得一份可独立运行的……")
        folder = CHECKOUT / "frontend/browser"
        tools = frontend.node()
        frontend.install(tools, folder)
        if processes.run([tools.node, "unpack.mjs", target], cwd=folder) != 0:
            return None
        launcher.write_text(_LAUNCHER)
        launcher.chmod(0o755)
    return launcher


def _tell(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
