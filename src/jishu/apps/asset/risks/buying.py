"""Buying and booking: RA-01 超标准, RA-02 有闲置仍新购, RA-03 未入账, RA-08 拆单."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jishu.apps.asset.categories.rules import Classes
from jishu.apps.asset.models import Acceptance, AcceptanceLine, Card, Category, Disposal
from jishu.apps.asset.pool.models import PoolListing
from jishu.platform.contract import RiskFinding
from jishu.platform.lib.money import format_money
from jishu.platform.standards.api import Ruling, agencies_under

from .numbers import too_many
from .reading import before, fact, finding, held, of_acceptance, of_card, of_disposal

TENDER, LIMIT = "procurement.threshold.central", "open_tender_goods_services"
BOUGHT = Card.Source.PURCHASE


def over_standard(day: date) -> Iterator[RiskFinding]:
    """Bought above the price or the number of the standard, or scrapped before its time."""
    classes = _classes_by_rule()
    for ruling, units in held("ra_01", day):
        since = before(day, ruling, "within_days")
        yield from _too_dear(day, since, set(units), classes)
        yield from too_many(day, since, set(units), classes)
        yield from _too_early(since, units, ruling)


def _too_dear(day: date, since: date, units: set[int], classes: dict[str, list[int]]) -> Iterator[RiskFinding]:
    for code, categories in classes.items():
        for standard, under in agencies_under(code, on=day):
            if (limit := standard.parameters.get("price_max")) is None:
                continue
            cards = Card.objects.filter(
                unit__in=units.intersection(under), category__in=categories, source=BOUGHT, value__gt=limit,
                acquired_on__gte=since, acquired_on__lte=day,
            ).exclude(state=Card.State.RETIRED)  # fmt: skip
            for card in cards.order_by("id"):
                facts = (fact("原值", card.value), fact("单价上限", limit), fact("取得日期", card.acquired_on))
                yield finding(of_card(card), card.unit_id, standard, facts)


def _too_early(since: date, units: list[int], ruling: Ruling) -> Iterator[RiskFinding]:
    early = Disposal.objects.filter(
        unit__in=units, is_early=True, mode=Disposal.Mode.SCRAPPED, disposed_on__gte=since
    )  # fmt: skip
    for one in early.order_by("id"):
        facts = (
            fact("处置日期", one.disposed_on), fact("件数", f"{one.cards} 件"), fact("账面净值", one.net),
            fact("批复文号", one.approval_number),
        )  # fmt: skip
        yield finding(of_disposal(one), one.unit_id, ruling, facts)


def _classes_by_rule() -> dict[str, list[int]]:
    """Code of an equipment standard -> keys of the classes it holds for, themselves or through one above."""
    classes, found = Classes(), defaultdict(list)
    for category in classes:
        code = next((one.use_rule for one in classes.upwards(category) if one.use_rule), "")
        if code.startswith("asset.equipment."):
            found[code].append(category.pk)
    return dict(found)


def bought_though_idle(day: date) -> Iterator[RiskFinding]:
    """Something like it lay unused in the unit, or stood in the pool, on the day it was accepted; and nobody said why.

    What was asked for (申购) was judged by the day of the request, which goes no further until somebody has said why:
    what fell idle between request and delivery is nobody's fault. What is idle no more has come to use after all.
    """
    for ruling, units in held("ra_02", day):
        least = int(ruling.parameters.get("count", 1))
        lines = AcceptanceLine.objects.filter(
            acceptance__unit__in=units, acceptance__source=BOUGHT, acceptance__state=Acceptance.State.STORED,
            acceptance__remark="", acceptance__accepted_on__gte=before(day, ruling, "within_days"), purchase=None,
        )  # fmt: skip
        lines = lines.annotate(idle=_counted(_idle_before()), pooled=_counted(_pooled_then()))
        found: dict[Acceptance, list[AcceptanceLine]] = defaultdict(list)
        for line in lines.filter(Q(idle__gte=least) | Q(pooled__gte=least)).select_related("acceptance").order_by("id"):
            found[line.acceptance].append(line)
        for acceptance, bought in found.items():
            facts = [fact("验收日期", acceptance.accepted_on)]
            facts += [fact(one.name, _told(one)) for one in bought]
            yield finding(of_acceptance(acceptance), acceptance.unit_id, ruling, facts)


def _idle_before() -> "QuerySet[Any, Any]":
    mine = Card.objects.filter(
        unit=OuterRef("acceptance__unit"), category=OuterRef("category"), state=Card.State.IDLE, reserved_for=None,
        idle_since__lt=OuterRef("acceptance__accepted_on"),
    )  # fmt: skip
    return mine.order_by().values("category")


def _pooled_then() -> "QuerySet[Any, Any]":
    offered = PoolListing.objects.filter(
        card__category=OuterRef("category"), state=PoolListing.State.LISTED,
        listed_on__lte=OuterRef("acceptance__accepted_on"), until__gte=OuterRef("acceptance__accepted_on"),
    ).exclude(unit=OuterRef("acceptance__unit"))  # fmt: skip
    return offered.order_by().values("card__category")


def _counted(rows: "QuerySet[Any, Any]") -> Coalesce:
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count"), output_field=IntegerField()), 0)


def _told(line: AcceptanceLine) -> str:
    idle, pooled = getattr(line, "idle", 0), getattr(line, "pooled", 0)
    return f"购置 {line.quantity} 件；同类本单位在库 {idle} 件、公物仓 {pooled} 件"


def not_booked(day: date) -> Iterator[RiskFinding]:
    """Accepted long ago and on no voucher yet, neither the paper nor all of its cards."""
    for ruling, units in held("ra_03", day):
        unbooked = Card.objects.filter(line__acceptance=OuterRef("pk"), voucher_number="")
        papers = Acceptance.objects.filter(
            Exists(unbooked.exclude(state=Card.State.RETIRED)), unit__in=units, state=Acceptance.State.STORED,
            voucher_number="", accepted_on__lt=before(day, ruling),
        )  # fmt: skip
        for one in papers.order_by("id"):
            facts = (
                fact("验收日期", one.accepted_on), fact("金额", one.total), fact("件数", f"{one.quantity} 件"),
                fact("记账凭证号", "未登记"),
            )  # fmt: skip
            yield finding(of_acceptance(one), one.unit_id, ruling, facts)


def split_orders(day: date) -> Iterator[RiskFinding]:
    """One class bought several times within the year, each below the limit of open tender, all together above it."""
    limits = agencies_under(TENDER, on=day)
    for ruling, units in held("ra_08", day):
        for standard, under in limits:
            limit, both = standard.parameters[LIMIT], set(units).intersection(under)
            lines = AcceptanceLine.objects.filter(
                acceptance__unit__in=both, acceptance__source=BOUGHT, acceptance__state=Acceptance.State.STORED,
                acceptance__accepted_on__year=day.year,
            )  # fmt: skip
            groups = lines.order_by().values("acceptance__unit", "category").annotate(
                sum=Sum("total"), largest=Max("total"), orders=Count("acceptance", distinct=True)
            )  # fmt: skip
            for group in groups.filter(sum__gt=limit, largest__lt=limit, orders__gt=1):
                own = lines.filter(acceptance__unit=group["acceptance__unit"], category=group["category"])
                yield _split(list(own.select_related("acceptance", "category")), limit, ruling)


def _split(lines: list[AcceptanceLine], limit: int, ruling: Ruling) -> RiskFinding:
    """About the delivery with which the sum went beyond the limit: that one stays the same whatever comes later."""
    lines.sort(key=lambda one: (one.acceptance.accepted_on, one.pk))
    total, crossing = Decimal(0), lines[-1].acceptance
    for at, line in enumerate(lines):
        total += line.total
        if total > limit:
            crossing, lines = line.acceptance, lines[: at + 1]
            break
    category: Category = lines[0].category
    facts = [fact("品目", str(category)), fact("当年累计", total), fact("公开招标数额", limit)]
    facts += [fact(one.acceptance.number, _order(one), of_acceptance(one.acceptance)) for one in lines]
    return finding(of_acceptance(crossing), crossing.unit_id, ruling, facts)


def _order(line: AcceptanceLine) -> str:
    return f"{line.acceptance.accepted_on:%-m月%-d日} {line.quantity} 件 {format_money(line.total)}"
