"""One kind of page under eight clients: how long they wait, and what a request costs web and database."""

from dataclasses import dataclass

from benchmarks import processes
from benchmarks.client import visit
from benchmarks.ground import Platform
from benchmarks.measured import Goal, Measured, middle, p95

COST, WAIT = Goal(20, "ms CPU"), Goal(120, "ms p95")
ROUNDS = 5
SECONDS = 1.0


@dataclass(frozen=True)
class Round:
    """Of one request: processor milliseconds, and what 95 of 100 did not exceed."""

    web: float
    database: float
    p95: float
    per_second: float


def under_load(platform: Platform, cookie: str, what: str, paths: list[str], *, follow: bool = False) -> Measured:
    visit(platform.port, cookie, paths, seconds=0.3, follow=follow)  # caches and plans
    rounds = [_round(platform, cookie, paths, follow) for _ in range(ROUNDS)]
    web, database = min((one.web, one.database) for one in rounds)  # neighbours only ever add to it
    wait, pace = middle(one.p95 for one in rounds), middle(one.per_second for one in rounds)
    value = f"CPU {web:.1f} + {database:.1f} ms,p95 {wait:.0f} ms,{pace:.0f} 次/秒"
    return Measured(what, value, ((COST, web + database), (WAIT, wait)))


def _round(platform: Platform, cookie: str, paths: list[str], follow: bool) -> Round:
    web, database = platform.web, platform.database
    before = processes.processor_time(web), processes.processor_time(database)
    spent = visit(platform.port, cookie, paths, seconds=SECONDS, follow=follow)
    after = processes.processor_time(platform.web), processes.processor_time(platform.database)
    requests = len(spent) * (2 if follow else 1)
    used = [1000 * (then - first) / requests for first, then in zip(before, after, strict=True)]
    return Round(used[0], used[1], 1000 * p95(spent), len(spent) / SECONDS)
