"""The platform as its operator starts it: a process with children, on a home of its own."""

import re
import subprocess
import sys
from urllib.error import URLError
from urllib.request import urlopen

from jishu.runtime import processes
from tests.runtime.ground import eventually, pids, surroundings

UP = [sys.executable, "-m", "jishu.cli", "up"]


class Platform:
    def __init__(self, home):
        self.surroundings, self.home = surroundings(home), home
        self.address = f"http://127.0.0.1:{self.surroundings['PORT']}"
        self.log = home / "up.log"
        self.process = None

    def start(self):
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(UP, env=self.surroundings, stdout=output, stderr=output)
        eventually(self.settled, 120)
        assert self.healthy(), self.log.read_text()

    def settled(self):
        return self.healthy() or self.process.poll() is not None

    def healthy(self):
        try:
            with urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False

    def left(self):
        """Everything that was started on this home, whoever its parent is now."""
        return [pid for pid in pids() if f"JISHU_HOME={self.home}" in surroundings_of(pid) or self.serves(pid)]

    def serves(self, pid):
        return str(self.home) in processes.command_line(pid)

    def child(self, words):
        return next(pid for pid in self.left() if re.search(words, processes.command_line(pid)))


def surroundings_of(pid):
    try:
        with open(f"/proc/{pid}/environ", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
