"""What the asset system counts (MA-01 … MA-05), unit by unit, each figure with the address of its rows."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.http import urlencode

from jishu.platform.contract import Basis, Better, Figure, Metric, Period
from jishu.platform.identity.api import Scope

from .counting.models import CountLine
from .models import Card, Disposal
from .pool.models import PoolListing

LAW = "《行政事业性国有资产管理条例》（国务院令第738号）"
ON_THE_BOOKS = tuple(state.value for state in Card.State if state != Card.State.RETIRED)
COUNTED = tuple(result.value for result in CountLine.Result if result != CountLine.Result.PENDING)
NOTHING = Decimal(0)


def worth(scope: Scope, period: Period) -> Iterator[Figure]:
    for row in _by_unit(_held(scope, period)).annotate(sum=Sum("value", default=NOTHING)):
        yield Figure(unit=row["agency"], value=row["sum"], address=_cards(row, period, *ON_THE_BOOKS))


def idle_share(scope: Scope, period: Period) -> Iterator[Figure]:
    idle = Count("pk", filter=Q(state=Card.State.IDLE))
    for row in _by_unit(_held(scope, period)).annotate(idle=idle, count=Count("pk")):
        yield _share(row, row["idle"], row["count"], _cards(row, period, Card.State.IDLE.value))


def found_share(scope: Scope, period: Period) -> Iterator[Figure]:
    """Of what was counted in stocktakes that began in the period."""
    lines = CountLine.objects.filter(
        scope.within_agencies("campaign__unit"), campaign__started_at__date__gte=period.since,
        campaign__started_at__date__lte=period.until,
    ).exclude(result=CountLine.Result.PENDING)  # fmt: skip
    agreed = Count("pk", filter=Q(result=CountLine.Result.FOUND))
    campaigns = ArrayAgg("campaign__uid", distinct=True)
    for row in _by_unit(lines, "campaign__unit").annotate(agreed=agreed, count=Count("pk"), campaigns=campaigns):
        asked = {"campaign": row["campaigns"], "result": COUNTED}
        yield _share(row, row["agreed"], row["count"], _address("countline", asked))


def paid_share(scope: Scope, period: Period) -> Iterator[Figure]:
    sold = Disposal.objects.filter(
        scope.within_agencies("unit"), disposed_on__gte=period.since, disposed_on__lte=period.until, income__gt=0
    )  # fmt: skip
    paid = Sum("income", filter=Q(paid_on__isnull=False), default=NOTHING)
    for row in _by_unit(sold).annotate(paid=paid, sum=Sum("income")):
        days = {"disposed_on_from": period.since, "disposed_on_to": period.until, "unit": row["agency_uid"]}
        yield _share(row, row["paid"], row["sum"], _address("disposal", days))


def saved(scope: Scope, period: Period) -> Iterator[Figure]:
    """By the unit that need not buy."""
    given = PoolListing.objects.filter(
        scope.within_agencies("allocated_to"), state=PoolListing.State.ALLOCATED,
        allocated_on__gte=period.since, allocated_on__lte=period.until,
    )  # fmt: skip
    for row in _by_unit(given, "allocated_to").annotate(sum=Sum("worth", default=NOTHING)):
        asked = {"allocated_to": row["agency_uid"], "allocated_on_from": period.since, "allocated_on_to": period.until}
        yield Figure(unit=row["agency"], value=row["sum"], address=_address("poollisting", asked))


def _held(scope: Scope, period: Period) -> QuerySet[Card]:
    """On the books now, and acquired by the end of the period."""
    return Card.objects.filter(
        scope.within_agencies("unit"), state__in=ON_THE_BOOKS, acquired_on__lte=period.until
    )  # fmt: skip


def _by_unit(rows: "QuerySet[Any]", path: str = "unit") -> "QuerySet[Any, dict[str, Any]]":
    return rows.order_by().values(agency=F(path), agency_uid=F(f"{path}__uid"))


def _share(row: dict[str, Any], part: Any, whole: Any, address: str) -> Figure:
    return Figure(unit=row["agency"], value=Decimal(part), whole=Decimal(whole), address=address)


def _cards(row: dict[str, Any], period: Period, *states: str) -> str:
    return _address("card", {"unit": row["agency_uid"], "state": states, "acquired_on_to": period.until})


def _address(kind: str, asked: dict[str, Any]) -> str:
    return f"{reverse(f'asset:{kind}-list')}?{urlencode(asked, doseq=True)}"


METRICS = (
    Metric(
        code="MA-01",
        name="资产总额",
        measure="元",
        better=Better.NEITHER,
        summary="统计期末以前取得、现在仍在账的资产原值合计。",
        permission="asset.view_card",
        of=worth,
        basis=(Basis(document=LAW, clause="第三十条"),),
    ),
    Metric(
        code="MA-02",
        name="闲置率",
        measure="%",
        better=Better.DOWN,
        summary="在账资产中使用状况为“在库”的件数占比。",
        permission="asset.view_card",
        of=idle_share,
        basis=(Basis(document=LAW, clause="第十八条"),),
    ),
    Metric(
        code="MA-03",
        name="账实相符率",
        measure="%",
        better=Better.UP,
        summary="统计期内开始的盘点中，已盘资产账实相符的件数占比；换了地方和盘亏的不算相符。",
        permission="asset.view_countline",
        of=found_share,
        basis=(Basis(document=LAW, clause="第三十四条"),),
    ),
    Metric(
        code="MA-04",
        name="处置收入上缴率",
        measure="%",
        better=Better.UP,
        summary="统计期内处置资产的收入中，已登记缴库的金额占比。",
        permission="asset.view_disposal",
        of=paid_share,
        basis=(Basis(document=LAW, clause="第二十六条"),),
    ),
    Metric(
        code="MA-05",
        name="公物仓盘活额",
        measure="元",
        better=Better.UP,
        summary="统计期内从公物仓调入资产、按新购同类价格计算的节约金额。",
        permission="asset.view_card",
        of=saved,
        basis=(Basis(document="《行政事业单位公物仓建设与运行指南》（GB/T 44127-2024）"),),
    ),
)
