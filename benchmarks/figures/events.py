"""Events a second: told and numbered by eight threads, in transactions of one and of many, and heard by a handler.

Every commit is durable.
"""

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter, process_time
from uuid import uuid4

from django.db import transaction
from django.db.models import F

from benchmarks.ground import Ground
from benchmarks.inside import fresh_district, spent_on
from benchmarks.measured import Goal, Measured, middle
from jishu.platform.contract import Event, EventHandler
from jishu.platform.exchange import handling
from jishu.platform.exchange.models import Reader
from jishu.platform.outbox.api import Fact, end_of, events_after, publish_all, sequence_all
from jishu.platform.outbox.models import Stream

ROUNDS, COUNT, THREADS = 3, 4_000, 8
_EFFECTS = "effects"
_GOAL = Goal(0.5, "秒/千条")  # two thousand a second


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground):
        for together in (1, 20, 500):
            yield _told(ground, together)
        began, read, place = perf_counter(), 0, 0
        end = end_of("identity")
        while found := events_after("identity", place, upto=end.last, limit=1000):
            read, place = read + len(found), found[-1].seq
        yield Measured("读取事件，每次 1000 条", f"{read / (perf_counter() - began):,.0f} 条/秒")
        yield _heard(end.last)


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
    value = f"{pace:,.0f} 条/秒（其中编号 {middle(numbering):,.0f} 条/秒），每条 {min(costs):.2f} ms CPU"
    checked = () if together == 1 else ((_GOAL, 1000 / pace),)
    return Measured(f"发布并编号，{THREADS} 个线程，每个事务 {together} 条，落盘", value, checked)


def _heard(last: int) -> Measured:
    """By one handler that writes a row for each, in one process: in order, once, durable."""

    def hear(event: Event) -> None:
        Stream.objects.filter(code=_EFFECTS).update(last=F("last") + 1)

    declared = EventHandler(key="bench.ear", title="计数", types=("identity.person_left",), handle=hear)
    handling.event_handlers = lambda: iter([declared])
    Stream.objects.create(code=_EFFECTS)
    reader = Reader.objects.create(handler=declared.key, title=declared.title, stream="identity", seq=0)
    began, spent, heard = perf_counter(), process_time(), 0
    while heard < min(last, COUNT) and (done := handling.work_off(reader.pk)):
        heard += done
    wall, cpu = perf_counter() - began, process_time() - spent
    value = f"{heard / wall:,.0f} 条/秒，每条 {1000 * cpu / heard:.2f} ms CPU（不含数据库）"
    return Measured("处理程序听到并写一行，一个进程，落盘", value, ((_GOAL, 1000 * wall / heard),))


def _tell(together: int) -> None:
    with transaction.atomic():
        publish_all(
            Fact(
                type="identity.person_left", subject=uuid4(), unit=uuid4(),
                data={"person": str(uuid4()), "code": "P000001", "on": "2026-11-23"},
            )
            for _ in range(together)
        )  # fmt: skip
