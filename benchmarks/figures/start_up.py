"""How long a person waits between the command and the first page."""

from collections.abc import Iterator

from benchmarks.ground import Ground, Platform, empty_home
from benchmarks.measured import Goal, Measured, middle

WARM = Goal(5, "秒")
ROUNDS = 3


def measure(ground: Ground) -> Iterator[Measured]:
    warm = middle(ground.started_anew().first_page_after for _ in range(ROUNDS))
    ground.rest()
    yield Measured("启动到首页，再次启动", f"{warm:.1f} 秒", ((WARM, warm),))
    with empty_home() as home:
        cold = Platform(home)
        cold.stop()
    yield Measured("启动到首页，空目录（建库并装入演示区）", f"{cold.first_page_after:.1f} 秒")
