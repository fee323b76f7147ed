"""Django in this very process, for figures of services: on a copy of the demo district that may be written to."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
from django.db import connections

from benchmarks import processes
from benchmarks.ground import Ground

_DATABASE = "deeds"


def begin(ground: Ground, home: Path) -> None:
    """Once, before anything that needs models is imported.

    ``home`` is another than the platform's, whose audit witness would report the copied database as wound back.
    """
    (home / "secret").write_text((ground.home / "secret").read_text())  # cursors are sealed with it
    os.environ["JISHU_HOME"] = str(home)
    os.environ["JISHU_DATABASE_URL"] = ground.address(_DATABASE)
    os.environ["DJANGO_SETTINGS_MODULE"] = "jishu.config.settings"
    django.setup()


@contextmanager
def fresh_district(ground: Ground) -> Iterator[str]:
    """The demo district as just loaded, for Django and, by its address, for others. Commits are durable."""
    with ground.copy(_DATABASE) as address:
        try:
            yield address
        finally:
            connections.close_all()


@dataclass(frozen=True)
class Spent:
    """By ``count`` deeds together, in seconds: on the clock, and of processor time in Python and the database."""

    count: int
    wall: float
    python: float
    database: float

    @property
    def cpu_each(self) -> float:
        """Milliseconds."""
        return 1000 * (self.python + self.database) / self.count

    @property
    def each(self) -> float:
        """Milliseconds."""
        return 1000 * self.wall / self.count

    @property
    def per_second(self) -> float:
        return self.count / self.wall


def spent_on(ground: Ground, deeds: Iterable[Callable[[], object]], *, threads: int = 1) -> Spent:
    """Do all of them, dealt out to so many threads."""
    before = time.perf_counter(), time.process_time(), _database_time(ground)
    if threads == 1:
        count = len([deed() for deed in deeds])
    else:
        with ThreadPoolExecutor(threads) as crew:
            count = len(list(crew.map(lambda deed: deed(), deeds)))
    after = time.perf_counter(), time.process_time(), _database_time(ground)
    wall, python, database = (then - first for first, then in zip(before, after, strict=True))
    return Spent(count, wall, python, database)


def _database_time(ground: Ground) -> float:
    return processes.processor_time(ground.platform.database)
