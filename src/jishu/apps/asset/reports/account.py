"""What was on the books on a day, and what changed between two: sums over the account of the ledger."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from jishu.apps.asset.models import Movement
from jishu.platform.identity.api import Actor, Unit

VIEW = "asset.view_movement"
Kind = Movement.Kind
# 调出 and 盘亏 are asked for by name; every other way out but a lowered value is a disposal.
DISPOSED: tuple[str, ...] = (
    Kind.OUT_ALLOCATED, Kind.OUT_DONATED, Kind.OUT_SOLD, Kind.OUT_SWAPPED, Kind.OUT_SCRAPPED, Kind.RETIRED,
)  # fmt: skip
LOST, MOVED, LOWERED = (Kind.OUT_LOST,), (Kind.MOVED_OUT,), (Kind.LOWERED, Kind.CLASS_OUT)
# A thing put into another class neither comes nor goes for its unit.
WITHIN = (Kind.CLASS_IN, Kind.CLASS_OUT)
_MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=18, decimal_places=2)


def movements_visible_to(actor: Actor) -> QuerySet[Movement]:
    found = Movement.objects.filter(actor.scope(VIEW).within_agencies("unit"))
    return found.select_related("card", "unit", "category")


def account(actor: Actor, unit: Unit | None) -> QuerySet[Movement]:
    rows = Movement.objects.filter(actor.scope(VIEW).within_agencies("unit")).order_by()
    return rows.filter(unit=unit) if unit is not None else rows


def balances(rows: QuerySet[Movement], since: date, until: date, *by: str) -> list[dict[str, Any]]:
    """For each of ``by``: opening, coming, going (negative) and closing, in pieces and in money."""
    before, within = Q(happened_on__lt=since), Q(happened_on__gte=since, happened_on__lte=until)
    coming, going = within & Q(way=Movement.Way.IN), within & Q(way=Movement.Way.OUT)
    found = rows.filter(happened_on__lte=until).values(*by)
    return list(
        found.annotate(
            **_both("opening", before), **_both("coming", coming), **_both("going", going), **_both("closing", Q())
        ).order_by("-closing_amount", *by)
    )


def by_kind(rows: QuerySet[Movement], since: date, until: date) -> list[dict[str, Any]]:
    found = rows.filter(happened_on__gte=since, happened_on__lte=until).values("way", "kind")
    return list(found.annotate(pieces=Sum("quantity"), total=Sum("amount")).order_by("way", "kind"))


def by_month(rows: QuerySet[Movement], since: date, until: date) -> list[dict[str, Any]]:
    """Coming, and going by what it was; oldest month first."""
    found = rows.filter(happened_on__gte=since, happened_on__lte=until)
    months = found.annotate(month=TruncMonth("happened_on")).values("month")
    return list(
        months.annotate(
            coming=_money(Q(way=Movement.Way.IN)), disposed=_money(_of(DISPOSED)), moved=_money(_of(MOVED)),
            lost=_money(_of(LOST)), other=_money(_of(LOWERED)),
        ).order_by("month")
    )  # fmt: skip


def _of(kinds: Iterable[str]) -> Q:
    return Q(kind__in=[str(kind) for kind in kinds])


def _both(name: str, condition: Q) -> dict[str, Coalesce]:
    return {f"{name}_count": _pieces(condition), f"{name}_amount": _money(condition)}


def _pieces(condition: Q) -> Coalesce:
    summed = Sum("quantity", filter=condition) if condition else Sum("quantity")
    return Coalesce(summed, Value(0), output_field=IntegerField())


def _money(condition: Q) -> Coalesce:
    summed = Sum(F("amount"), filter=condition) if condition else Sum(F("amount"))
    return Coalesce(summed, Value(Decimal(0)), output_field=_MONEY)
