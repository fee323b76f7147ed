"""单位对账: the books against what was counted (账实), and the books against each other (账账)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.http import urlencode

from jishu.apps.asset.counting.models import Campaign, CountLine, Surplus
from jishu.apps.asset.depreciation.figures import FACTS, MONEY
from jishu.apps.asset.models import AcceptanceLine, Closing, Movement, Posting, Schedule
from jishu.platform.lib.clock import ZONE

from . import account
from .asking import Asked
from .ledger import on_the_books
from .table import Cell, Column, Line, Report, Table, count, listed, money

DIFFERENCES = 200
Result = CountLine.Result
_NOTHING = Value(Decimal(0), output_field=MONEY)
_ROOT = Func(F("card__category__path"), Value("."), Value(1), function="split_part", output_field=CharField())


def reconciling(asked: Asked) -> Report:
    return Report(
        "单位对账",
        "账实：已结束的盘点；账账：台账与验收单、折旧凭证、变动账。差异为零即相符，不为零的点开看明细。",
        (
            Table("账实：盘点结果", "盘点", _COUNTED, _counted(asked)),
            Table("账账：台账与变动账", "单位", _KEPT, _kept(asked)),
            Table("账账：验收单与卡片", "单位", _TAKEN_IN, _taken_in(asked)),
            Table("验收单与卡片不符的明细", "验收单", _LINES, _lines_that_differ(asked)),
            Table("账账：折旧凭证与台账", "单位", _POSTED, posted := _posted(asked)),
            Table("折旧凭证与台账不符的门类", "单位和门类", _CLASSES, _classes_that_differ(asked, posted)),
        ),
        asks=(*asked.days(), *asked.unit_ask()),
        nothing="没有可以对账的记录", why="台账有卡片、盘点结束或折旧结账以后，可以在这里对账。",
    )  # fmt: skip


_COUNTED = (
    Column("单位"), count("应盘"), count("账实相符"), count("换了地方"), count("盘亏"), money("盘亏原值"),
    count("盘盈"), Column("相符率"),
)  # fmt: skip


def _counted(asked: Asked) -> list[Line]:
    """Stocktakes that ended in these days."""
    scope = asked.actor.scope("asset.view_countline").within_agencies("campaign__unit")
    ended = _ended(asked.since, asked.until, "campaign__")
    unit = Q(campaign__unit=asked.unit) if asked.unit else Q()
    rows = CountLine.objects.filter(scope, ended, unit).order_by().values(
        "campaign_id", "campaign__uid", "campaign__title", "campaign__unit__short_name"
    ).annotate(
        total=Count("pk"), worth=Sum("value", filter=Q(result=Result.MISSING), default=Decimal(0)),
        **{result.value: Count("pk", filter=Q(result=result)) for result in Result},
    )  # fmt: skip
    extra = dict(
        Surplus.objects.filter(scope, ended, unit).order_by().values_list("campaign_id").annotate(count=Count("pk"))
    )
    return [_campaign(row, extra.get(row["campaign_id"], 0)) for row in rows.order_by("-campaign_id")]


def _campaign(row: dict[str, Any], extra: int) -> Line:
    key, total = row["campaign__uid"], row["total"]
    missing = listed("countline", campaign=key, result=Result.MISSING.value)
    share = f"{(row['found'] + row['moved']) * 100 / total:.1f}%" if total else "—"
    cells = (
        Cell(row["campaign__unit__short_name"]), Cell(total, listed("countline", campaign=key)), Cell(row["found"]),
        Cell(row["moved"], listed("countline", campaign=key, result=Result.MOVED.value) if row["moved"] else ""),
        Cell(row["missing"], missing if row["missing"] else ""), Cell(row["worth"]),
        Cell(extra, listed("surplus", campaign=key) if extra else ""), Cell(share),
    )  # fmt: skip
    return Line(row["campaign__title"], cells, reverse("asset:campaign-detail", args=[key]))


_KEPT = (
    count("台账件数"), count("变动账件数"), count("件数差异"), money("台账原值"), money("变动账原值"),
    money("原值差异"),
)  # fmt: skip


def _kept(asked: Asked) -> list[Line]:
    names = ("unit__short_name", "unit__uid")
    cards = _pairs(on_the_books(asked), names, Count("pk"), "value")
    moves = _pairs(account.account(asked.actor, asked.unit), names, Sum("quantity"), "amount")
    return [
        Line(
            name,
            (
                Cell((held := cards.get((name, uid), (0, Decimal(0))))[0]),
                Cell((told := moves.get((name, uid), (0, Decimal(0))))[0]), Cell(held[0] - told[0]), Cell(held[1]),
                Cell(told[1]), Cell(held[1] - told[1]),
            ),
            listed("movement", unit=uid),
        )
        for name, uid in sorted(cards.keys() | moves.keys(), key=str)
    ]  # fmt: skip


def _pairs(rows: QuerySet[Any], names: tuple[str, ...], pieces: Any, worth: str) -> dict[tuple[Any, ...], Any]:
    found = rows.values(*names).annotate(pieces=pieces, worth=Sum(worth, default=Decimal(0)))
    return {(row[names[0]], row[names[1]]): (row["pieces"], row["worth"]) for row in found}


_TAKEN_IN = (money("验收单金额"), money("卡片入账金额"), money("差异"))
_LINES = (Column("资产"), *_TAKEN_IN)


def _stored(asked: Asked) -> QuerySet[AcceptanceLine]:
    scope = asked.actor.scope("asset.view_acceptance").within_agencies("acceptance__unit")
    unit = Q(acceptance__unit=asked.unit) if asked.unit else Q()
    days = Q(acceptance__accepted_on__gte=asked.since, acceptance__accepted_on__lte=asked.until)
    return AcceptanceLine.objects.filter(scope, unit, days, acceptance__state="stored").order_by()


def _taken_in(asked: Asked) -> list[Line]:
    lines = _stored(asked)
    names = ("acceptance__unit__short_name", "acceptance__unit__uid")
    said = {(row[names[0]], row[names[1]]): row["sum"] for row in lines.values(*names).annotate(sum=Sum("total"))}
    made = Movement.objects.filter(is_origin=True, card__line__in=lines.values("pk")).order_by()
    ways = tuple(f"card__line__{name}" for name in names)
    booked = {(row[ways[0]], row[ways[1]]): row["sum"] for row in made.values(*ways).annotate(sum=Sum("amount"))}
    days = {"accepted_on_from": asked.since, "accepted_on_to": asked.until}
    return [
        _compared(key[0], total, booked.get(key, Decimal(0)), listed("acceptance", unit=key[1], **days))
        for key, total in sorted(said.items(), key=lambda one: str(one[0]))
    ]


def _lines_that_differ(asked: Asked) -> list[Line]:
    told = Coalesce(
        Sum("cards__movements__amount", filter=Q(cards__movements__is_origin=True)), _NOTHING, output_field=MONEY
    )
    found = _stored(asked).annotate(booked=told).exclude(total=F("booked")).select_related("acceptance")
    return [
        Line(
            one.acceptance.number,
            (Cell(one.name), Cell(one.total), Cell(one.booked), Cell(one.booked - one.total)),
            reverse("asset:acceptance-detail", args=[one.acceptance.uid]),
        )
        for one in found.order_by("pk")[:DIFFERENCES]
    ]


_POSTED = (Column("已结账至"), money("凭证累计折旧"), money("台账累计折旧"), money("差异"))
_CLASSES = (money("凭证累计折旧"), money("台账累计折旧"), money("差异"))


def _posted(asked: Asked) -> list[Line]:
    """Of every unit the last closed month: what was posted by then, and what its schedules say of that month today."""
    kept = {
        row["book__unit_id"]: row["sum"]
        for row in _schedules(asked).values("book__unit_id").annotate(sum=Sum("so_far", default=Decimal(0)))
    }
    return [
        Line(
            one.unit.short_name,
            (
                Cell(f"{one.month:%Y年%-m月}"), Cell(one.accumulated), Cell(held := kept.get(one.unit_id, Decimal(0))),
                Cell(held - one.accumulated),
            ),
            f"{reverse('asset:depreciation')}?{urlencode({'unit': str(one.unit.uid), 'month': f'{one.month:%Y-%m}'})}",
        )
        for one in _closings(asked).select_related("unit").order_by("unit__path")
    ]  # fmt: skip


def _classes_that_differ(asked: Asked, posted: list[Line]) -> list[Line]:
    """Nothing to look for where every unit agrees."""
    if not any(line.cells[3].value for line in posted):
        return []
    kept = {
        (row["book__unit_id"], row["root"]): row["sum"]
        for row in _schedules(asked).values("book__unit_id", root=_ROOT).annotate(sum=Sum("so_far"))
    }
    found = []
    for one in Posting.objects.filter(closing__in=_closings(asked)).select_related("category", "closing__unit"):
        held = kept.get((one.closing.unit_id, one.category.path.partition(".")[0]), Decimal(0))
        if held != one.accumulated:
            unit = one.closing.unit
            address = listed("card", unit=unit.uid, category=one.category.uid)
            found.append(_compared(f"{unit.short_name} {one.category}", one.accumulated, held, address))
    return found[:DIFFERENCES]


def _closings(asked: Asked) -> QuerySet[Closing]:
    """The last that holds of each unit."""
    scope = asked.actor.scope("asset.view_closing").within_agencies("unit")
    rows = Closing.objects.filter(scope, state=Closing.State.CLOSED)
    rows = rows.filter(unit=asked.unit) if asked.unit else rows
    last = rows.order_by("unit_id", "-month").distinct("unit_id").values("pk")
    return Closing.objects.filter(pk__in=last)


def _schedules(asked: Asked) -> QuerySet[Schedule]:
    """Those that belong to the month their book is closed through, with what they have taken by then."""
    at = F("book__closed_through")
    scope = asked.actor.scope("asset.view_closing").within_agencies("book__unit")
    held = Schedule.objects.filter(scope, posts_from__lte=at).filter(Q(ends_on=None) | Q(ends_on__gt=at)).order_by()
    held = held.filter(book__unit=asked.unit) if asked.unit else held
    so_far = Func(*(F(name) for name in FACTS), at, function="asset_depreciated", output_field=MONEY)
    return held.annotate(so_far=so_far)


def _compared(name: str, said: Decimal, held: Decimal, address: str) -> Line:
    return Line(name, (Cell(said), Cell(held), Cell(held - said)), address)


def _ended(since: date, until: date, prefix: str) -> Q:
    begin, end = (datetime.combine(day, time(), ZONE) for day in (since, until + timedelta(days=1)))
    return Q(
        **{f"{prefix}state": Campaign.State.CLOSED, f"{prefix}closed_at__gte": begin, f"{prefix}closed_at__lt": end}
    )
