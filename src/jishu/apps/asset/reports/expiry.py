"""到期: things whose value is spread to the end, and things that have served as long as the standard asks."""

from datetime import date
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils.http import urlencode

from jishu.apps.asset.categories.rules import Classes
from jishu.apps.asset.depreciation.months import after, month_of
from jishu.platform.identity.api import Unit
from jishu.platform.lib.clock import today

from .asking import Asked
from .ledger import on_the_books
from .table import MOST_LINES, Ask, Cell, Column, Line, Report, Table, count, money

LIVES = (("book", "折旧年限"), ("use", "最低使用年限"))
WHEN = (("due", "已到期"), ("soon", "一年内到期"))
NOTES = {
    "book": "折旧提足的月份，由折旧计划算出；提足后仍可使用，继续留在账上。",
    "use": "取得后满最低使用年限的月份，按卡片上填写的年限，没有填写的按配置标准；未满的不得报废更新。",
}
FIGURES = (count("已到期件数"), money("已到期原值"), count("一年内到期件数"), money("一年内到期原值"))
# Of a card in the list before: the first month after its life. No row for what has no life.
_ENDS = {
    "book": """
        SELECT c.id, c.category_id, c.value,
               (s.counts_from + make_interval(months => s.months::integer))::date AS ends_on
        FROM asset_card c JOIN asset_schedule s ON s.card_id = c.id AND s.ends_on IS NULL
        WHERE c.id IN ({cards})
    """,
    "use": """
        SELECT c.id, c.category_id, c.value,
               (date_trunc('month', c.acquired_on)
                + make_interval(months => COALESCE(c.use_months, l.months)::integer))::date AS ends_on
        FROM asset_card c
             LEFT JOIN unnest(%s::bigint[], %s::bigint[], %s::integer[]) AS l (unit, category, months)
             ON l.unit = c.unit_id AND l.category = c.category_id
        WHERE COALESCE(c.use_months, l.months) IS NOT NULL AND c.id IN ({cards})
    """,
}
_SUMS = """
WITH ends AS ({ends})
SELECT k.name, k.code, count(*) FILTER (WHERE ends_on <= %s), COALESCE(sum(e.value) FILTER (WHERE ends_on <= %s), 0),
       count(*) FILTER (WHERE ends_on > %s), COALESCE(sum(e.value) FILTER (WHERE ends_on > %s), 0)
FROM ends e JOIN asset_category k ON k.id = e.category_id
WHERE e.ends_on <= %s GROUP BY k.name, k.code ORDER BY 3 DESC, 2 LIMIT %s
"""
_ROWS = """
WITH ends AS ({ends})
SELECT c.uid, c.name, c.number, u.short_name, c.acquired_on, e.ends_on, e.value
FROM ends e JOIN asset_card c ON c.id = e.id JOIN identity_unit u ON u.id = c.unit_id
     JOIN asset_category k ON k.id = e.category_id
WHERE e.ends_on > %s AND e.ends_on <= %s AND k.code = %s ORDER BY e.ends_on, c.id LIMIT %s
"""
_EVER = date(1, 1, 1)


def expiry(asked: Asked) -> Report:
    """By class; each figure opens the cards it counted, in this same report."""
    life = asked.choice("life", LIVES)
    code = asked.given.get("category_code", "")[:12]
    if code:
        return _cards(asked, life, code, asked.choice("when", WHEN))
    due = month_of(asked.by)
    soon = after(due, 12)
    ends, given = _ends(asked, life)
    rows = _read(_SUMS.format(ends=ends), [*given, due, due, due, due, soon, MOST_LINES])
    lines = [
        Line(name, (*_pair(asked, life, code, "due", row[:2]), *_pair(asked, life, code, "soon", row[2:])))
        for name, code, *row in rows
    ]
    table = Table(f"{dict(LIVES)[life]}到期", "资产分类", FIGURES, lines, "哪些资产到了年限？", chart=0)
    return Report("到期资产", NOTES[life], (table,), asks=_asks(asked, life))


def _cards(asked: Asked, life: str, code: str, when: str) -> Report:
    due = month_of(asked.by)
    first, last = (_EVER, due) if when == "due" else (due, after(due, 12))
    ends, given = _ends(asked, life)
    rows = _read(_ROWS.format(ends=ends), [*given, first, last, code, MOST_LINES])
    lines = [
        Line(
            f"{name} {number}", (Cell(unit), Cell(acquired_on), Cell(f"{ends_on:%Y年%-m月}"), Cell(value)),
            reverse("asset:card-detail", args=[uid]),
        )
        for uid, name, number, unit, acquired_on, ends_on, value in rows
    ]  # fmt: skip
    columns = (Column("单位"), Column("取得日期"), Column("到期月份"), money("原值"))
    title = f"{dict(LIVES)[life]}{dict(WHEN)[when]}的资产"
    note = f"{NOTES[life]}最多列出 {MOST_LINES} 件。"
    return Report(
        title, note, (Table(title, "资产", columns, lines),), asks=_asks(asked, life),
        kept={"category_code": code, "when": when},
    )  # fmt: skip


def _pair(asked: Asked, life: str, code: str, when: str, row: list[Any]) -> tuple[Cell, Cell]:
    given = {"kind": "expiry", "life": life, "by": asked.by.isoformat(), "category_code": code, "when": when}
    if asked.unit:
        given["unit"] = str(asked.unit.uid)
    address = f"?{urlencode(given)}" if row[0] else ""
    return Cell(row[0], address), Cell(row[1], address)


def _asks(asked: Asked, life: str) -> tuple[Ask, ...]:
    return (
        Ask("life", "年限", "select", life, LIVES), Ask("by", "截至", "date", asked.by.isoformat()),
        *asked.unit_ask(),
    )  # fmt: skip


def _ends(asked: Asked, life: str) -> tuple[str, list[Any]]:
    cards, given = on_the_books(asked).values("pk").query.sql_with_params()
    lead = _least(asked) if life == "use" else []
    return _ENDS[life].format(cards=cards), [*lead, *given]


def _least(asked: Asked) -> list[Any]:
    """For every unit and class on these books, the months the standards in force ask for."""
    pairs = list(on_the_books(asked).values_list("unit_id", "category_id").distinct())
    units = Unit.objects.in_bulk({unit for unit, _ in pairs})
    classes = Classes()
    by_key = {one.pk: one for one in classes}
    told = [
        (unit, category, classes.rules_of(by_key[category], on=today(), unit=units[unit]).use_months)
        for unit, category in pairs
    ]
    known = [one for one in told if one[2]]
    return [[one[0] for one in known], [one[1] for one in known], [one[2] for one in known]]


def _read(sql: str, given: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
