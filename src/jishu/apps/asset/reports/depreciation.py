"""折旧: value, what a month took, what is taken so far and what is left, by class or by unit."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, OuterRef, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode

from jishu.apps.asset.depreciation.figures import as_of, depreciated
from jishu.apps.asset.depreciation.months import after
from jishu.apps.asset.models import Card, Schedule

from .asking import Asked
from .changes import BY
from .ledger import on_the_books
from .table import Ask, Cell, Line, Report, Table, count, listed, money

COLUMNS = (
    count("件数"), money("原值"), money("本月折旧"), money("本年折旧"), money("累计折旧"), money("净值"),
)  # fmt: skip
_SUM: "DecimalField[Any, Any]" = DecimalField(max_digits=18, decimal_places=2)
NAMES = {"class": ("category__name", "category__code"), "unit": ("unit__short_name", "unit__uid")}


def depreciation(asked: Asked) -> Report:
    """The same figures as in the list and on the card; a month that was chosen looks back on today's cards."""
    by, month = asked.choice("group", BY), asked.month
    lines = [
        Line(
            name, (Cell(pieces), Cell(cost), Cell(in_month), Cell(in_year), Cell(so_far), Cell(cost - so_far)),
            _address(asked, by, key),
        )
        for (name, key), (pieces, cost, in_month, in_year, so_far) in figures(
            on_the_books(asked), month, *NAMES[by]
        ).items()
    ]  # fmt: skip
    return Report(
        "折旧", f"在账资产截至 {month:%Y年%-m月}末的折旧，与资产台账、资产卡片和折旧表出自同一算法。",
        (Table("折旧", dict(BY)[by][1:], COLUMNS, lines, "折旧提在哪些资产上？", chart=4),),
        asks=(
            Ask("month", "月份", "month", f"{month:%Y-%m}"), Ask("group", "分组", "select", by, BY),
            *asked.unit_ask(),
        ),
    )  # fmt: skip


def figures(cards: QuerySet[Card], month: date, *by: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """For each of ``by``: pieces, value, taken in the month, taken in its year, taken so far; largest value first.

    Summed over stretches instead of cards: each begins (``opening``) with what the one before it came to.
    """
    held = Schedule.objects.filter(card__in=cards.values("pk")).order_by()
    ways = [f"card__{path}" for path in by]
    at = {"now": month, "before": after(month, -1), "last_year": after(month.replace(month=1), -1)}
    sums = _by_key(held.values(*ways).annotate(**{name: _sum(depreciated(day)) for name, day in at.items()}), ways)
    earlier = Schedule.objects.filter(card=OuterRef("card"), posts_from__lt=OuterRef("posts_from"))
    follows = held.exclude(why__in=(Schedule.Why.NEW, Schedule.Why.OPENING)).filter(Exists(earlier))
    carried = _by_key(follows.values(*ways).annotate(opening=_sum("opening")), ways)
    found = {}
    for row in cards.values(*by).annotate(pieces=Count("pk"), cost=_sum("value")).order_by("-cost", *by):
        key = tuple(row[path] for path in by)
        taken = sums.get(key, {name: Decimal(0) for name in at})
        so_far = taken["now"] - carried.get(key, {"opening": Decimal(0)})["opening"]
        found[key] = (
            row["pieces"], row["cost"], taken["now"] - taken["before"], taken["now"] - taken["last_year"], so_far,
        )  # fmt: skip
    return found


def _by_key(rows: Any, ways: list[str]) -> dict[tuple[Any, ...], dict[str, Decimal]]:
    return {tuple(row[way] for way in ways): row for row in rows}


def _address(asked: Asked, by: str, key: Any) -> str:
    """The list tells the last full month; another month is told by the depreciation table of the unit."""
    if by == "unit" and asked.month != as_of():
        return f"{reverse('asset:depreciation')}?{urlencode({'unit': key, 'month': f'{asked.month:%Y-%m}'})}"
    wanted = {"unit": key} if by == "unit" else {"category_code": key}
    return listed("card", **{**({"unit": asked.unit.uid} if asked.unit else {}), **wanted})


def _sum(of: Any) -> Sum:
    return Sum(of, default=Decimal(0), output_field=_SUM)
