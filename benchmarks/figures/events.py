"""Events a second, told and numbered by eight threads, in transactions of one and of many; every commit is durable."""

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter
from uuid import uuid4

from django.db import transaction

from benchmarks.ground import Ground
from benchmarks.inside import fresh_district, spent_on
from benchmarks.measured import Goal, Measured, middle
from jishu.platform.outbox.api import Fact, end_of, events_after, publish_all, sequence_all

ROUNDS, COUNT, THREADS = 3, 4_000, 8
_GOAL = Goal(0.5, "秒/千条")  # two thousand a second


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground):
        for together in (1, 20, 500):
            yield _told(ground, together)
        began, read, place = perf_counter(), 0, 0
        end = end_of("identity")
        while found := events_after("identity", place, upto=end.last, limit=1000):
            read, place = read + len(found), found[-1].seq
        yield Measured("读取事件,每次 1000 条", f"{read / (perf_counter() - began):,.0f} 条/秒")


def _told(ground: Ground, together: int) -> Measured:
    paces, numbering, costs = [], [], []
    for _ in range(ROUNDS):
        deeds: list[Callable[[], object]] = [partial(_tell, together) for _ in range(COUNT // together)]
        began = perf_counter()
        spent = spent_on(ground, iter(deeds), threads=THREADS)
        told = perf_counter()
        count = sequence_all()
        ended = perf_counter()
        paces.append(count / (ended - began))
        numbering.append(count / (ended - told))
        costs.append(spent.cpu_each / together)
    pace = middle(paces)
    value = f"{pace:,.0f} 条/秒(其中编号 {middle(numbering):,.0f} 条/秒),每条 {min(costs):.2f} ms CPU"
    checked = () if together == 1 else ((_GOAL, 1000 / pace),)
    return Measured(f"发布并编号,{THREADS} 个线程,每个事务 {together} 条,落盘", value, checked)


def _tell(together: int) -> None:
    with transaction.atomic():
        publish_all(
            Fact(
                type="identity.person_left", subject=uuid4(), unit=uuid4(),
                data={"person": str(uuid4()), "code": "P000001", "on": "2026-11-23"},
            )
            for _ in range(together)
        )  # fmt: skip
