"""Each test has a home of its own, open to the account that runs the database when we are root."""

import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="jishu-home-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(claim: Callable[[], object], within: float) -> None:
    deadline = time.monotonic() + within
    while not claim():
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(0.05)


def surroundings(home: Path) -> dict[str, str]:
    """What `jishu` sees: our environment, without the database of the tests, on a home of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("JISHU_", "PYTEST_"))}
    return inherited | {"JISHU_HOME": str(home), "PORT": str(free_port()), "JISHU_DEMO": "0"}


def pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
