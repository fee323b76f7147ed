"""`jishu test`: obtains what the tests lack and hands over to pytest."""

import os
import sys
from pathlib import Path

from jishu.runtime import browser, frontend
from jishu.runtime.environment import CHECKOUT


def main(words: list[str]) -> None:
    """Further words are pytest's own, such as `-k asset`."""
    frontend.bundle()
    os.environ["JISHU_CHROMIUM"] = str(browser.obtain())
    # The driver brings a Node of its own, which wants a library (libatomic) that bare systems lack; ours does not.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(frontend.node().node))
    os.chdir(CHECKOUT or Path.cwd())
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", "-n", "2", *words[1:]])  # noqa: S606 — our own words
