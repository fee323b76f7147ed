"""The web server: a parent that holds the port and workers that share its memory."""

import gc
import multiprocessing
import os
import shutil
import sys
from importlib import import_module

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from jishu.runtime.database import available
from jishu.runtime.environment import PACKAGE, Environment
from jishu.runtime.processes import follow_parent

_TARGET = "jishu.config.wsgi:application"
_ONE_YEAR = 365 * 24 * 60 * 60  # every bundle carries its hash in its name
_FINISH_WITHIN = 5
# Seconds a thread may compute before another gets its turn. A page takes some 10 ms: pages finished one after the other
# are all there sooner than pages that take turns (p95 of eight clients 82–145 ms, with Python's 5 ms 124–210).
_TURN = 0.02


def main(_words: list[str]) -> None:
    environment = Environment.read()
    with available(environment, "jishu web") as url:
        os.environ["JISHU_DATABASE_URL"] = url
        serve(environment)


def serve(environment: Environment) -> None:
    """Serve until told to stop. Django opens its pool on first use, so no connection is shared by the workers."""
    _share_counts(environment)
    sys.setswitchinterval(_TURN)
    if sys.platform == "linux":
        # Loaded once and then forked: each further worker costs a few megabytes and no start-up time.
        multiprocessing.set_start_method("fork")
        os.register_at_fork(after_in_child=follow_parent)
        import_module(_TARGET.partition(":")[0])
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)  # a page makes some ten thousand objects and hardly a cycle
    static = PACKAGE / "static"
    Granian(
        _TARGET,
        address=environment.bind,
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=environment.workers,
        blocking_threads=environment.threads,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        respawn_failed_workers=True,
        workers_kill_timeout=_FINISH_WITHIN,
        static_path_route=["/static"],
        static_path_mount=[static],
        static_path_expires=_ONE_YEAR,
        log_level=LogLevels.warning,
    ).serve()


def _share_counts(environment: Environment) -> None:
    """The workers add up what they count in files of this run; must be said before the first counter is made."""
    counts = environment.home / "metrics"
    shutil.rmtree(counts, ignore_errors=True)
    counts.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(counts)
