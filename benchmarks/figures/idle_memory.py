"""What the platform holds in memory when nobody asks for anything."""

import time
from collections.abc import Iterator

from benchmarks import processes
from benchmarks.ground import Ground
from benchmarks.measured import Goal, Measured

TOGETHER = Goal(500, "MB")
SETTLED_AFTER = 10.0  # seconds; the worker starts after the first page, and the accounts are printed


def measure(ground: Ground) -> Iterator[Measured]:
    platform = ground.started_anew()
    time.sleep(SETTLED_AFTER)
    parts = {"网页": platform.web, "后台任务": platform.worker, "数据库": platform.database, "全部": platform.all}
    held = {name: processes.memory(pids) / 2**20 for name, pids in parts.items()}
    told = " + ".join(f"{name} {held[name]:.0f}" for name in ("网页", "后台任务", "数据库"))
    yield Measured("空闲内存（PSS）", f"{held['全部']:.0f} MB({told})", ((TOGETHER, held["全部"]),))
