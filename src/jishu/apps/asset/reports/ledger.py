"""Reports on the ledger as it is today: by class, what is idle, who uses what."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum

from jishu.apps.asset.models import Card
from jishu.apps.asset.selectors import cards_visible_to
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.standards.api import ruling

from .asking import Asked
from .table import MOST_LINES, Cell, Column, Line, Report, Table, count, listed, money

FIGURES = (count("件数"), money("原值"))
TOO_LONG = "asset.risk.ra_07"
IN_HAND = tuple(one.value for one in Card.State if one not in (Card.State.LENT, Card.State.RETIRED))


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
    """Too long is what the rule of RA-07 says; where none is in force, nothing is."""
    unit = asked.unit or asked.actor.agency
    held = ruling(TOO_LONG, on=today(), unit=unit) if unit else None
    days = held.parameters.get("days") if held else None
    before = today() - timedelta(days=int(days)) if days is not None else date.min
    long = Count("id", filter=Q(idle_since__lt=before))
    cards = on_the_books(asked).filter(state=Card.State.IDLE)
    rows = _summed(cards, "category__name", "category__code", since=Min("idle_since"), long=long)
    lines = []
    for row in rows:
        wanted = {"state": Card.State.IDLE.value, "category_code": row["category__code"]}
        too_long = () if days is None else (_too_long(row["long"], before, asked, wanted),)
        lines.append(_line(row["category__name"], row, (Cell(f"{row['since']:%Y-%m-%d}"), *too_long), asked, **wanted))
    columns = (Column("最早闲置"), *(() if days is None else (count(f"超过 {days} 日（件）"),)), *FIGURES)
    told = f"{held.sentence}" if held and days is not None else ""
    return Report(
        "闲置资产", f"使用状况为“在库”的资产，闲置自入库、收回或调入之日起算；用不上的可以挂到公物仓。{told}",
        (Table("闲置资产", "名称", columns, lines, "哪些资产放着没有用？", chart=len(columns) - 1),),
        asks=asked.unit_ask(),
    )  # fmt: skip


def _too_long(number: int, before: date, asked: Asked, wanted: dict[str, Any]) -> Cell:
    unit = {"unit": asked.unit.uid} if asked.unit else {}
    until = before - timedelta(days=1)
    return Cell(number, listed("card", **wanted, **unit, idle_since_to=until.isoformat()) if number else "")


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
    """RA-06: what stands in the name of somebody who has left, used, borrowed or kept for others."""
    books = on_the_books(asked)
    kinds = (
        ("使用", "user", Q(user__left_on__lte=today()) & ~Q(state=Card.State.LENT), IN_HAND),
        ("借用", "user", Q(user__left_on__lte=today(), state=Card.State.LENT), (Card.State.LENT.value,)),
        ("保管", "keeper", Q(keeper__left_on__lte=today()), (*IN_HAND, Card.State.LENT.value)),
    )
    lines = [line for said, by, which, states in kinds for line in _left(books.filter(which), said, by, states, asked)]
    columns = (
        Column("人员编号"), Column("单位"), Column("离岗日期"), Column("名下"), count("件数", is_summed=False),
        money("原值", is_summed=False),
    )  # fmt: skip
    return Report(
        "离岗未交接",
        "离岗人员名下仍在使用、借用或保管的资产，请办理“资产交接”。同一件既使用又保管的，两行各列一次。",
        (Table("离岗未交接", "离岗人员", columns, sorted(lines, key=lambda one: one.name), "哪些资产还在离岗人员名下？",
               chart=5),),
        asks=asked.unit_ask(),
    )  # fmt: skip


def _left(cards: QuerySet[Card], said: str, by: str, states: tuple[str, ...], asked: Asked) -> Iterable[Line]:
    person = [f"{by}__{name}" for name in ("name", "code", "uid", "left_on")]
    for row in _summed(cards, *person, "unit__short_name", "unit__uid"):
        name, code, uid, left_on = (row[one] for one in person)
        unit = row["unit__uid"] if asked.actor.scope("asset.view_card") else None
        cells = (Cell(code), Cell(row["unit__short_name"]), Cell(f"{left_on:%Y-%m-%d}"), Cell(said))
        yield _line(name, row, cells, asked, **{by: uid}, unit=unit, state=states)


def _line(name: str, row: dict[str, Any], said: tuple[Cell, ...], asked: Asked, **wanted: Any) -> Line:
    if asked.unit and "unit" not in wanted:
        wanted["unit"] = asked.unit.uid
    return Line(name, (*said, Cell(row["count"]), Cell(row["sum"])), listed("card", **wanted))


def _summed(cards: QuerySet[Card], *by: str, **more: Any) -> Iterable[dict[str, Any]]:
    rows = cards.values(*by).annotate(count=Count("id"), sum=Sum("value", default=Decimal(0)), **more)
    return rows.order_by("-sum", *by)[:MOST_LINES]
