"""Reports on the ledger as it is today: by class, what is idle, who uses what."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from jishu.apps.asset.models import Card
from jishu.apps.asset.selectors import cards_visible_to
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today

from .asking import Asked
from .table import MOST_LINES, Cell, Column, Line, Report, Table, count, listed, money

FIGURES = (count("件数"), money("原值"))


def on_the_books(asked: Asked) -> QuerySet[Card]:
    """What the actor may see of it, in the 单位 asked for."""
    cards = plain(asked.actor).exclude(state=Card.State.RETIRED)
    return cards.filter(unit=asked.unit) if asked.unit else cards


def plain(actor: Actor) -> QuerySet[Card]:
    """Without what only lists need."""
    return cards_visible_to(actor).select_related(None).order_by()


def by_class(asked: Asked) -> Report:
    rows = _summed(on_the_books(asked), "category__code", "category__name", "category__code")
    lines = [
        _line(row["category__name"], row, (Cell(row["category__code"]),), asked, category_code=row["category__code"])
        for row in rows
    ]
    return Report(
        "分类汇总", "在账资产（不含已处置）按 GB/T 14885 分类。点分类看卡片，其中含已处置的。",
        (Table("分类汇总", "名称", (Column("分类代码"), *FIGURES), lines, "钱花在哪些资产上？", chart=2),),
        asks=asked.unit_ask(),
    )  # fmt: skip


def idle(asked: Asked) -> Report:
    rows = _summed(on_the_books(asked).filter(state=Card.State.IDLE), "category__name", "category__code")
    state = Card.State.IDLE.value
    lines = [
        _line(row["category__name"], row, (), asked, state=state, category_code=row["category__code"]) for row in rows
    ]
    return Report(
        "闲置资产", "使用状况为“在库”的资产；用不上的可以挂到公物仓。",
        (Table("闲置资产", "名称", FIGURES, lines, "哪些资产放着没有用？", chart=1),),
        asks=asked.unit_ask(),
    )  # fmt: skip


def by_user(asked: Asked) -> Report:
    rows = _summed(
        on_the_books(asked).exclude(user=None), "user__name", "user__code", "user__uid", "unit__short_name", "unit__uid"
    )
    lines = [
        _line(
            row["user__name"], row, (Cell(row["user__code"]), Cell(row["unit__short_name"])), asked,
            user=row["user__uid"], unit=row["unit__uid"] if asked.actor.scope("asset.view_card") else None,
        )
        for row in rows
    ]  # fmt: skip
    columns = (Column("人员编号"), Column("单位"), *FIGURES)
    return Report(
        "使用人清单", "每人名下在账资产的件数和原值；签字清单逐件列出，供使用人核对签字。",
        (Table("使用人清单", "使用人", columns, lines, "谁名下的资产多？", chart=3),),
        asks=asked.unit_ask(),
    )  # fmt: skip


def left_behind(asked: Asked) -> Report:
    """RA-06: things still in the name of somebody who has left."""
    gone = on_the_books(asked).filter(user__left_on__lte=today())
    rows = _summed(gone, "user__name", "user__code", "user__uid", "user__left_on", "unit__short_name", "unit__uid")
    lines = [
        _line(
            row["user__name"], row,
            (Cell(row["user__code"]), Cell(row["unit__short_name"]), Cell(f"{row['user__left_on']:%Y-%m-%d}")), asked,
            user=row["user__uid"], unit=row["unit__uid"] if asked.actor.scope("asset.view_card") else None,
        )
        for row in rows
    ]  # fmt: skip
    columns = (Column("人员编号"), Column("单位"), Column("离岗日期"), *FIGURES)
    return Report(
        "离岗未交接", "离岗人员名下仍在使用或借用的资产，请办理“资产交接”或“资产调拨”。",
        (Table("离岗未交接", "使用人", columns, lines, "哪些资产还在离岗人员名下？", chart=4),),
        asks=asked.unit_ask(),
    )  # fmt: skip


def _line(name: str, row: dict[str, Any], said: tuple[Cell, ...], asked: Asked, **wanted: Any) -> Line:
    if asked.unit and "unit" not in wanted:
        wanted["unit"] = asked.unit.uid
    return Line(name, (*said, Cell(row["count"]), Cell(row["sum"])), listed("card", **wanted))


def _summed(cards: QuerySet[Card], *by: str) -> Iterable[dict[str, Any]]:
    rows = cards.values(*by).annotate(count=Count("id"), sum=Sum("value", default=Decimal(0)))
    return rows.order_by("-sum", *by)[:MOST_LINES]
