"""易耗品领用统计: who used how much, each figure with the movements it sums."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from jishu.apps.asset.reports.asking import Asked
from jishu.apps.asset.reports.table import Cell, Column, Line, Report, Table, listed, money

from . import selectors


def consumption(asked: Asked) -> Report:
    rows = selectors.consumption(asked.actor, asked.since, asked.until, asked.unit)
    days = {"created_at_from": asked.since, "created_at_to": asked.until}
    columns = (
        Column("单位"),
        Column("物品"),
        Column("规格型号"),
        Column("领用数量"),
        Column("计量单位"),
        money("金额"),
    )
    lines = [_line(row, days) for row in rows]
    return Report(
        "易耗品领用统计", "各处室领用的数量和金额，退库已扣除；金额按先进先出计算。",
        (
            Table("各处室领用金额", "处室", (money("金额"),), _by_department(rows, days), "哪些处室用得多？", chart=0),
            Table("领用明细", "处室", columns, lines),
        ),
        asks=(*asked.days(), *asked.unit_ask()),
        nothing="这段时间没有领用", why="出库登记或申领办结后，会按处室统计在这里。",
        way=(reverse("asset:supplyitem-list"), "去易耗品库存"),
    )  # fmt: skip


def _line(row: dict[str, Any], days: dict[str, Any]) -> Line:
    cells = (
        Cell(row["item__unit__short_name"]),
        Cell(row["item__name"], listed("supplymove", item=row["item__uid"], **days)), Cell(row["item__spec"]),
        Cell(row["used"]), Cell(row["item__measure"]), Cell(row["cost"]),
    )  # fmt: skip
    return Line(_name(row), cells)


def _by_department(rows: list[dict[str, Any]], days: dict[str, Any]) -> list[Line]:
    sums: dict[tuple[str, Any], Decimal] = {}
    for row in rows:
        key = (_name(row), row["department__uid"])
        sums[key] = sums.get(key, Decimal(0)) + row["cost"]
    return [
        Line(name, (Cell(cost),), listed("supplymove", department=uid, **days))
        for (name, uid), cost in sorted(sums.items(), key=lambda one: -one[1])
    ]


def _name(row: dict[str, Any]) -> str:
    return str(row["department__short_name"] or row["item__unit__short_name"])
