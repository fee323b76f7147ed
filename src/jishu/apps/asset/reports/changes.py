"""资产增减变动: opening, what came, what went and by which way, closing — to the cent."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jishu.apps.asset.depreciation.months import last_day
from jishu.apps.asset.models import Movement

from . import account
from .asking import Asked
from .table import Ask, Cell, Line, Report, Table, count, listed, money

BY = (("class", "按资产分类"), ("unit", "按单位"))
_OPENING, _CLOSING = ("期初件数", "期初原值"), ("期末件数", "期末原值")
BALANCE = (
    count(_OPENING[0]), money(_OPENING[1]), count("增加件数"), money("增加原值"), count("减少件数"), money("减少原值"),
    count(_CLOSING[0]), money(_CLOSING[1]),
)  # fmt: skip
IN, OUT = Movement.Way.IN.value, Movement.Way.OUT.value


def changes(asked: Asked) -> Report:
    by, since, until = asked.choice("group", BY), asked.since, asked.until
    rows = account.account(asked.actor, asked.unit)
    if by == "unit":
        rows = rows.exclude(kind__in=[str(kind) for kind in account.WITHIN])
    wanted = {"unit": asked.unit.uid} if asked.unit else {}
    days = {"happened_on_from": since, "happened_on_to": until}
    return Report(
        "增减变动", "期初＋增加－减少＝期末。增加按取得日期，处置按处置日期，其他按办理日期；点数字看卡片。",
        (
            Table("期初、增减和期末", dict(BY)[by][1:], BALANCE, _balances(rows, by, since, until, wanted),
                  "哪些资产增减多？", chart=3),
            Table("变动原因", "原因", (count("件数"), money("原值")), _kinds(rows, since, until, {**wanted, **days})),
            Table("各月变动", "月份", _MONTHLY, _months(rows, since, until, wanted)),
        ),
        asks=(*asked.days(), Ask("group", "分组", "select", by, BY), *asked.unit_ask()),
        nothing="这段时间账上没有资产", why="建卡、验收入库或导入台账以后，增减变动会自动记在这里。",
    )  # fmt: skip


def _balances(rows: Any, by: str, since: date, until: date, wanted: dict[str, Any]) -> list[Line]:
    names = ("category__name", "category__code") if by == "class" else ("unit__short_name", "unit__uid")
    lines = []
    for row in account.balances(rows, since, until, *names):
        given = {**wanted, ("category_code" if by == "class" else "unit"): row[names[1]]}
        opening = {**given, "happened_on_to": since - timedelta(days=1)}
        within = {**given, "happened_on_from": since, "happened_on_to": until}
        cells = (
            *_pair(row, "opening", opening), *_pair(row, "coming", {**within, "way": IN}),
            *_pair(row, "going", {**within, "way": OUT}), *_pair(row, "closing", {**given, "happened_on_to": until}),
        )  # fmt: skip
        lines.append(Line(row[names[0]], cells))
    return lines


def _pair(row: dict[str, Any], name: str, wanted: dict[str, Any]) -> tuple[Cell, Cell]:
    """What went is told without its sign."""
    address = listed("movement", **wanted)
    sign = -1 if name == "going" else 1
    pieces, amount = row[f"{name}_count"] * sign, row[f"{name}_amount"] * sign
    return Cell(pieces, address if pieces else ""), Cell(amount + 0, address if amount else "")


def _kinds(rows: Any, since: date, until: date, wanted: dict[str, Any]) -> list[Line]:
    titles, ways = dict(Movement.Kind.choices), dict(Movement.Way.choices)
    return [
        Line(
            f"{ways[row['way']]}：{titles[row['kind']]}", (Cell(row["pieces"]), Cell(row["total"])),
            listed("movement", kind=row["kind"], **wanted),
        )
        for row in account.by_kind(rows, since, until)
    ]  # fmt: skip


_MONTHLY = (money("增加"), money("处置"), money("调出"), money("盘亏"), money("原值调减等"))


def _months(rows: Any, since: date, until: date, wanted: dict[str, Any]) -> list[Line]:
    lines = []
    for row in account.by_month(rows, since, until):
        first: date = row["month"]
        days = {"happened_on_from": max(first, since), "happened_on_to": min(last_day(first), until), **wanted}
        came = Cell(row["coming"], listed("movement", way=IN, **days) if row["coming"] else "")
        gone = (
            _gone(row["disposed"], days, account.DISPOSED), _gone(row["moved"], days, account.MOVED),
            _gone(row["lost"], days, account.LOST), _gone(row["other"], days, account.LOWERED),
        )  # fmt: skip
        lines.append(Line(f"{first:%Y年%-m月}", (came, *gone)))
    return lines


def _gone(amount: Decimal, days: dict[str, Any], kinds: tuple[str, ...]) -> Cell:
    """Without its sign."""
    return Cell(-amount, listed("movement", kind=kinds, **days)) if amount else Cell(Decimal(0))
