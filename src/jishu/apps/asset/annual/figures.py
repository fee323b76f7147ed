"""What a unit reports for a year, each table one or two sums."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, DecimalField, F, Func, Q, QuerySet, Sum, Value

from jishu.apps.asset.depreciation.figures import depreciated, in_month
from jishu.apps.asset.models import Card, Category, Disposal, Movement, Schedule
from jishu.apps.asset.pool.models import PoolListing
from jishu.apps.asset.reports import account
from jishu.apps.asset.reports.table import Cell, Line, Table, count, listed, money
from jishu.platform.identity.api import Unit

_SUM: "DecimalField[Any, Any]" = DecimalField(max_digits=18, decimal_places=2)
_TOTAL = (
    count("期初件数"), money("期初原值"), count("增加件数"), money("增加原值"), count("减少件数"), money("减少原值"),
    count("期末件数"), money("期末原值"), money("累计折旧"), money("净值"),
)  # fmt: skip
_GONE = (count("件数"), money("账面原值"), money("账面净值"), money("处置收入"), money("已上缴"), money("未上缴"))
_PAIR = (count("件数"), money("原值"))


def tables_of(unit: Unit, year: int) -> tuple[Table, ...]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = {"happened_on_from": first, "happened_on_to": last}
    return (
        Table("资产总量", "门类", _TOTAL, _totals(unit, first, last, days), "年末资产在哪些门类？", chart=7),
        Table("资产使用", "使用状况", _PAIR, _uses(unit), note="按编制时台账的使用状况；结报后不再变动。"),
        Table("资产配置", "增加方式", _PAIR, _ways(unit, first, last, days, Movement.Way.IN)),
        Table("资产减少", "减少方式", _PAIR, _ways(unit, first, last, days, Movement.Way.OUT)),
        Table("资产处置和收入上缴", "处置方式", _GONE, _disposals(unit, first, last)),
        Table("公物仓调剂", "方向", (count("件数"), money("重置价")), _pooled(unit, first, last)),
    )


def _totals(unit: Unit, first: date, last: date, days: dict[str, Any]) -> list[Line]:
    rows = Movement.objects.filter(unit=unit).order_by().annotate(root=_root("category__path"))
    names = {one.path.partition(".")[0]: one for one in Category.objects.filter(parent=None)}
    taken = _taken(unit, last.replace(day=1))
    lines = []
    for row in account.balances(rows, first, last, "root"):
        top, so_far = names[row["root"]], taken.get(row["root"], Decimal(0))
        figures = [
            row["opening_count"], row["opening_amount"], row["coming_count"], row["coming_amount"],
            -row["going_count"], -row["going_amount"] + 0, row["closing_count"], row["closing_amount"], so_far,
            row["closing_amount"] - so_far,
        ]  # fmt: skip
        address = listed("movement", unit=unit.uid, category=top.uid, **days)
        lines.append(Line(top.name, tuple(Cell(figure) for figure in figures), address))
    return lines


def _taken(unit: Unit, month: date) -> dict[str, Decimal]:
    held = Schedule.objects.filter(in_month(month), book__unit=unit).order_by()
    rows = held.annotate(root=_root("card__category__path")).values("root")
    return {row["root"]: row["sum"] for row in rows.annotate(sum=Sum(depreciated(month), output_field=_SUM))}


def _uses(unit: Unit) -> list[Line]:
    titles = dict(Card.State.choices)
    found = Card.objects.filter(unit=unit).exclude(state=Card.State.RETIRED).order_by().values("state")
    return [
        Line(titles[row["state"]], (Cell(row["pieces"]), Cell(row["worth"])),
             listed("card", unit=unit.uid, state=row["state"]))
        for row in found.annotate(pieces=Count("pk"), worth=Sum("value")).order_by("-worth")
    ]  # fmt: skip


def _ways(unit: Unit, first: date, last: date, days: dict[str, Any], way: str) -> list[Line]:
    titles, sign = dict(Movement.Kind.choices), 1 if way == Movement.Way.IN else -1
    rows = Movement.objects.filter(unit=unit, way=way).exclude(kind__in=[str(one) for one in account.WITHIN])
    return [
        Line(titles[row["kind"]], (Cell(sign * row["pieces"]), Cell(sign * row["total"])),
             listed("movement", unit=unit.uid, kind=row["kind"], **days))
        for row in account.by_kind(rows.order_by(), first, last)
    ]  # fmt: skip


def _disposals(unit: Unit, first: date, last: date) -> list[Line]:
    """Income paid in by the time of reporting."""
    titles = dict(Disposal.Mode.choices)
    rows = Disposal.objects.filter(unit=unit, disposed_on__gte=first, disposed_on__lte=last).order_by().values("mode")
    found = rows.annotate(
        pieces=Sum("cards"), worth=Sum("value"), left=Sum("net"), brought=Sum("income"),
        paid=Sum("income", filter=Q(paid_on__isnull=False), default=Decimal(0)),
    )  # fmt: skip
    wanted = {"unit": unit.uid, "disposed_on_from": first, "disposed_on_to": last}
    return [
        Line(
            titles[row["mode"]],
            (
                Cell(row["pieces"]), Cell(row["worth"]), Cell(row["left"]), Cell(row["brought"]), Cell(row["paid"]),
                Cell(row["brought"] - row["paid"]),
            ),
            listed("disposal", mode=row["mode"], **wanted),
        )
        for row in found.order_by("mode")
    ]  # fmt: skip


def _pooled(unit: Unit, first: date, last: date) -> list[Line]:
    found = PoolListing.objects.filter(
        state=PoolListing.State.ALLOCATED, allocated_on__gte=first, allocated_on__lte=last
    )
    wanted = {"state": "allocated", "allocated_on_from": first, "allocated_on_to": last}
    return [
        _side("调给其他单位", found.filter(unit=unit), listed("poollisting", unit=unit.uid, **wanted)),
        _side("从公物仓调入", found.filter(allocated_to=unit), listed("poollisting", allocated_to=unit.uid, **wanted)),
    ]


def _side(name: str, rows: QuerySet[PoolListing], address: str) -> Line:
    found = rows.aggregate(pieces=Count("pk"), worth=Sum("worth", default=Decimal(0)))
    return Line(name, (Cell(found["pieces"]), Cell(found["worth"])), address if found["pieces"] else "")


def _root(path: str) -> Func:
    """Where the way down to a class begins: at the class at the top."""
    return Func(F(path), Value("."), Value(1), function="split_part", output_field=CharField())
