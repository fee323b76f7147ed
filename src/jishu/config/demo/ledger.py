"""The ledger of the district as its offices keep it: title above the header, own columns, subtotals, slips, errors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from random import Random
from typing import Any

from .clerk import SLIPS, Above, Clerk, Row
from .district import District
from .mistakes import Mistake, mistakes, spoil
from .things import Thing, holdings, things_of

# Field name -> what this ledger calls it. The last two columns are the office's own and mean nothing to us.
COLUMNS = {
    "line": "序号",
    "number": "资产编码",
    "name": "名  称",
    "category": "资产类别",
    "spec": "规格/型号",
    "serial_number": "机身号",
    "unit": "使用单位",
    "department": "使用科室",
    "place": "存放\n位置",
    "user": "领用人",
    "keeper": "保管人",
    "value": "资产原值（元）",
    "acquired_on": "购置日期",
    "source": "来源",
    "state": "使用状态",
    "remark": "备注",
    "checked": "盘点标记",
}
_SLIP_SHARE = 0.06
_MERGED_SHARE = 0.02
_PAGE = 400


@dataclass(frozen=True)
class Ledger:
    """Lines as they stand on the sheet, the header among them."""

    title: str
    lead: str
    lines: Sequence[Sequence[Any]]
    good: int
    """Rows that are to be taken."""
    bad: int
    """Rows that are to be refused."""


def district_ledger(district: District, today: date) -> Ledger:
    """What the demo loads: everything the district owns, and one row with each mistake."""
    return _ledger(district, list(holdings(district)), today, "2026年固定资产台账", slips_first=False)


def dirty_ledger(district: District, today: date, rows: int, series: str) -> Ledger:
    """Fresh things to try the import with; every slip and every mistake is there."""
    bad = len(_mistakes(district, today)) + 1
    good = max(rows - bad, len(SLIPS))
    each, more = divmod(good, len(district.agencies))
    things = [
        thing
        for at, agency in enumerate(district.agencies)
        for thing in things_of(district, agency, each + (at < more), series=series)
    ]
    return _ledger(district, things, today, f"新增资产登记表 {series}", slips_first=True)


def _ledger(district: District, things: list[Thing], today: date, title: str, *, slips_first: bool) -> Ledger:
    chance = Random(title)  # noqa: S311 — chance for data, not for keys
    rows = _good_rows(things, chance, slips_first=slips_first)
    bad = _bad_rows(district, things, today)
    for row in bad:
        rows.insert(chance.randrange(len(rows)), row)
    _merge_units(rows, chance)
    return Ledger(
        title=f"{district.name}行政事业单位{title}",
        lead=f"填报单位：{district.agencies[0].name}    填报日期：{today:%Y年%m月%d日}    单位：元",
        lines=list(_lines(rows, things)),
        good=len(things),
        bad=len(bad),
    )


def _good_rows(things: list[Thing], chance: Random, *, slips_first: bool) -> list[Row]:
    waiting = list(SLIPS) if slips_first else []
    rows = []
    for agency, owned in groupby(things, key=lambda thing: thing.agency):
        clerk = Clerk(agency.code)
        for thing in owned:
            row = clerk.row(thing)
            if waiting and thing.user:
                waiting.pop()(row, thing)
            elif chance.random() < _SLIP_SHARE:
                chance.choice(SLIPS)(row, thing)
            rows.append(row)
    return rows


def _merge_units(rows: list[Row], chance: Random) -> None:
    """Some neighbours share one cell for their unit; never across the line of a subtotal."""
    above = None
    for at, row in enumerate(rows):
        unit = row["unit"]
        if unit == above and at % _PAGE and chance.random() < _MERGED_SHARE:
            row["unit"] = Above
        above = unit


def _mistakes(district: District, today: date) -> tuple[Mistake, ...]:
    left = next(one for one in district.employees if one.has_left)
    return mistakes(today, left.name, left.agency.short_name)


def _bad_rows(district: District, things: list[Thing], today: date) -> list[Row]:
    """Made from things in use, each with a number of its own; the last one doubles the number of a good row."""
    models = [thing for thing in things if thing.user]
    wrong = _mistakes(district, today)
    apart = len(models) // (len(wrong) + 1)
    spoiled = [
        spoil(Clerk(thing.agency.code).row(thing), mistake, f"{thing.number}C")
        for thing, mistake in zip(models[apart::apart], wrong, strict=False)
    ]
    return [*spoiled, Clerk(models[-1].agency.code).row(models[-1])]


def _lines(rows: list[Row], things: list[Thing]) -> Iterator[list[Any]]:
    """The header, then unit by unit with its subtotal, at last the total and who signed for it."""
    yield list(COLUMNS.values())
    names = list(COLUMNS)
    total = sum((thing.value for thing in things), Decimal())
    for line, row in enumerate(rows, 1):
        yield [line if name == "line" else row.get(name) for name in names]
        if line % _PAGE == 0:
            yield [None] * len(names)
            yield _sum_line("本页小计", None)
    yield _sum_line("合计", total)
    yield ["制表人：吴海波", None, None, None, "审核人：柳秀珍"]


def _sum_line(title: str, total: Decimal | None) -> list[Any]:
    line: list[Any] = [None] * len(COLUMNS)
    line[0] = title
    line[list(COLUMNS).index("value")] = None if total is None else float(total)
    return line
