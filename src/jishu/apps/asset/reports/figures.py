"""The reports as values. Every line says which rows of the ledger it was counted from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode

from jishu.apps.asset.models import Card
from jishu.apps.asset.selectors import cards_visible_to
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today

MOST_LINES = 2000


@dataclass(frozen=True)
class Line:
    """``cells`` after the name; ``wanted`` narrows the ledger to the cards that were counted."""

    name: str
    cells: tuple[Any, ...]
    count: int
    value: Decimal
    wanted: dict[str, str]

    @property
    def url(self) -> str:
        return f"{reverse('asset:card-list')}?{urlencode(self.wanted)}"


@dataclass(frozen=True)
class Report:
    """``question`` is what the bars answer; ``columns`` are those between the name and the two figures."""

    kind: str
    title: str
    question: str
    note: str
    columns: tuple[str, ...]
    lines: list[Line]

    @property
    def count(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def value(self) -> Decimal:
        return sum((line.value for line in self.lines), Decimal(0))


def on_the_books(actor: Actor) -> QuerySet[Card]:
    return cards_visible_to(actor).exclude(state=Card.State.RETIRED).select_related(None).order_by()


def by_class(actor: Actor, since: date, until: date) -> Report:
    rows = _summed(on_the_books(actor), "category__code", "category__name", "category__uid")
    lines = [
        Line(
            row["category__name"], (row["category__code"],), row["count"], row["sum"],
            {"category": str(row["category__uid"])},
        )
        for row in rows
    ]  # fmt: skip
    return Report(
        "class", "分类汇总", "钱花在哪些资产上？", 
        "在账资产（不含已处置）按 GB/T 14885 分类。点分类看卡片，其中含已处置的。",
        ("分类代码",), lines,
    )  # fmt: skip


def added(actor: Actor, since: date, until: date) -> Report:
    """What came onto the books in these days, by the way it came."""
    came = (
        cards_visible_to(actor).select_related(None).order_by().filter(acquired_on__gte=since, acquired_on__lte=until)
    )
    titles = dict(Card.Source.choices)
    lines = [
        Line(
            titles[row["source"]], (), row["count"], row["sum"],
            {"acquired_on_from": since.isoformat(), "acquired_on_to": until.isoformat(), "source": row["source"]},
        )
        for row in _summed(came, "source")
    ]  # fmt: skip
    return Report(
        "added", "新增资产", "资产是怎样来的？", "按取得日期和取得方式。点一行看这段时间取得的卡片。", (), lines
    )


def idle(actor: Actor, since: date, until: date) -> Report:
    rows = _summed(on_the_books(actor).filter(state=Card.State.IDLE), "category__name", "category__uid")
    lines = [
        Line(
            row["category__name"], (), row["count"], row["sum"],
            {"state": Card.State.IDLE.value, "category": str(row["category__uid"])},
        )
        for row in rows
    ]  # fmt: skip
    return Report(
        "idle", "闲置资产", "哪些资产放着没有用？", "使用状况为“在库”的资产；用不上的可以挂到公物仓。", (), lines
    )


def by_user(actor: Actor, since: date, until: date) -> Report:
    used = on_the_books(actor).exclude(user=None)
    rows = _summed(used, "user__name", "user__code", "user__uid", "unit__short_name")
    lines = [
        Line(
            row["user__name"], (row["user__code"], row["unit__short_name"]), row["count"], row["sum"],
            {"user": str(row["user__uid"])},
        )
        for row in rows
    ]  # fmt: skip
    return Report(
        "user", "使用人清单", "谁名下的资产多？", "每人名下在账资产的件数和原值。", ("人员编号", "单位"), lines
    )


def left_behind(actor: Actor, since: date, until: date) -> Report:
    """RA-06: things still in the name of somebody who has left."""
    day = today()
    gone = on_the_books(actor).filter(user__left_on__lte=day)
    rows = _summed(gone, "user__name", "user__code", "user__uid", "user__left_on", "unit__short_name")
    lines = [
        Line(
            row["user__name"], (row["user__code"], row["unit__short_name"], f"{row['user__left_on']:%Y-%m-%d}"),
            row["count"], row["sum"], {"user": str(row["user__uid"])},
        )
        for row in rows
    ]  # fmt: skip
    return Report(
        "left", "离岗未交接", "哪些资产还在离岗人员名下？",
        "离岗人员名下仍在使用或借用的资产（RA-06），请办理“资产交接”或“资产调拨”。",
        ("人员编号", "单位", "离岗日期"), lines,
    )  # fmt: skip


KINDS: dict[str, Callable[[Actor, date, date], Report]] = {
    "class": by_class, "added": added, "idle": idle, "user": by_user, "left": left_behind,
}  # fmt: skip
TITLES = {"class": "分类汇总", "added": "新增资产", "idle": "闲置资产", "user": "使用人清单", "left": "离岗未交接"}


def _summed(cards: QuerySet[Card], *by: str) -> Iterable[dict[str, Any]]:
    rows = cards.values(*by).annotate(count=Count("id"), sum=Sum("value", default=Decimal(0)))
    return rows.order_by("-sum", *by)[:MOST_LINES]
