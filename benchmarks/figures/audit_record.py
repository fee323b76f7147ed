"""What the audit entry adds to a change, and how many durable commands a second eight threads get through."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import cycle, islice
from typing import Any

from django.db import transaction

from benchmarks.ground import Ground
from benchmarks.inside import Spent, fresh_district, spent_on
from benchmarks.measured import Measured, middle
from jishu.platform.command import claim, command
from jishu.platform.contract import resource
from jishu.platform.identity.api import Actor, system_actor

_MAY = "benchmarks.move_card"
ROUNDS, DEEDS, THREADS = 3, 400, 8


def _move(actor: Actor, card: Any, place: str) -> Any:
    card = claim(resource("asset.card").model._default_manager.all(), card)
    card.place = place
    card.save(update_fields=("place",))
    return card


_recorded = command(_MAY, audited_as="benchmark.moved", titled="测量：移动资产")(_move)


def _bare(actor: Actor, card: Any, place: str) -> Any:
    with transaction.atomic():
        return _move(actor, card, place)


def measure(ground: Ground) -> Iterator[Measured]:
    with fresh_district(ground):
        actor = system_actor("测量", {_MAY})
        cards = list(resource("asset.card").model._default_manager.order_by("id"))
        rounds = [[_spent(ground, way, actor, cards) for way in (_bare, _recorded)] for _ in range(ROUNDS)]
        bare, recorded = (
            (middle(one[at].each for one in rounds), min(one[at].cpu_each for one in rounds)) for at in (0, 1)
        )
        yield Measured(
            "审计使一次修改增加",
            f"{recorded[1] - bare[1]:.2f} ms CPU({bare[1]:.2f} → {recorded[1]:.2f}),"
            f"历时 {bare[0]:.1f} → {recorded[0]:.1f} ms",
        )
        together = [_spent(ground, _recorded, actor, cards, threads=THREADS) for _ in range(ROUNDS)]
        pace, cost = middle(one.per_second for one in together), min(one.cpu_each for one in together)
        yield Measured(f"命令，{THREADS} 个线程，落盘", f"{pace:,.0f} 次/秒，每次 {cost:.2f} ms CPU")


def _spent(ground: Ground, way: Callable[..., Any], actor: Actor, cards: list[Any], *, threads: int = 1) -> Spent:
    dealt = islice(cycle(cards), DEEDS * (2 if threads > 1 else 1))
    return spent_on(ground, (partial(way, actor, card, f"{at} 号") for at, card in enumerate(dealt)), threads=threads)
