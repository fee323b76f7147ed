"""Z03: workers and the database killed hard in the middle; what was acknowledged is there, and nothing by half."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.runtime.template import lay_out

from jishu.runtime import processes
from jishu.runtime.postgres import Server

WALKER = "jishu.platform.workflow.tests.walker"
ROUNDS = 3  # each kills two walkers and one database


def test_z03_after_every_kill_log_state_and_to_dos_agree():
    chance = Random(3)  # noqa: S311 — when to kill, not a key
    with tempfile.TemporaryDirectory(prefix="jishu-kill-") as folder:
        Path(folder).chmod(0o711)  # root's database account must get through
        lay_out(Path(folder))
        server = Server(Path(folder) / "pg").start()
        surroundings = os.environ | {"JISHU_DATABASE_URL": server.url(), "JISHU_HOME": folder, "JISHU_DEMO": "0"}
        try:
            run(surroundings, "-m", WALKER, "make")
            acknowledged: list[str] = []
            for number in range(ROUNDS):
                acknowledged += walk_and_kill(server, surroundings, chance, number)
            told = run(surroundings, "-m", WALKER, "check", given="\n".join(acknowledged))
        finally:
            server.stop()
    cases, actions = (int(word) for word in told.split())
    assert (cases > 0, actions >= len(acknowledged) > 3 * ROUNDS) == (True, True)


def walk_and_kill(server: Server, surroundings: dict[str, str], chance: Random, number: int) -> list[str]:
    """Two walkers at work; first the database dies and comes back, then they die while it lives."""
    walkers = [
        subprocess.Popen(
            [sys.executable, "-m", WALKER, "walk", str(number * 2 + at)],
            env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        for at in range(2)
    ]  # fmt: skip
    keys = [walker.stdout.readline() for walker in walkers if walker.stdout]  # both are at work
    time.sleep(1 + 2 * chance.random())
    processes.send(int((server.place.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    server.start()
    time.sleep(0.5 + chance.random())
    for walker in walkers:
        walker.kill()
    return [key.strip() for key in keys] + [key for walker in walkers for key in walker.communicate()[0].split()]


def run(surroundings: dict[str, str], *words: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, *words], env=surroundings, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
