"""Declared metrics as figures a person may see: one line for each unit, and what they come to together."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from jishu.platform.contract import Contract, Figure, Metric, Period, metrics
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.money import format_money

SHARE, MONEY = "%", "元"


@dataclass(frozen=True)
class Line:
    """One unit. ``told`` is how people read it, ``bar`` its length beside the others, out of 100."""

    unit: str
    figure: Figure
    told: str
    bar: int


@dataclass(frozen=True)
class Reading:
    """A metric over a period, within what the actor may see."""

    metric: Metric
    system: Contract
    lines: list[Line]
    total: Figure
    told: str

    @property
    def is_share(self) -> bool:
        return self.metric.measure == SHARE


def metrics_open_to(actor: Actor) -> list[tuple[Contract, Metric]]:
    return [(system, metric) for system, metric in metrics() if actor.scope(metric.permission)]


def read(actor: Actor, system: Contract, metric: Metric, period: Period) -> Reading:
    figures = list(metric.of(actor.scope(metric.permission), period))
    units = Unit.objects.filter(pk__in=[one.unit for one in figures]).order_by("path")
    by_unit = {one.unit: one for one in figures}
    longest = max((amount_of(metric, one) or Decimal(0) for one in figures), default=Decimal(0))
    lines = [
        Line(
            unit=unit.short_name,
            figure=by_unit[unit.pk],
            told=told(metric, by_unit[unit.pk]),
            bar=_bar(amount_of(metric, by_unit[unit.pk]), longest),
        )
        for unit in units
    ]
    total = together(figures)
    return Reading(metric, system, lines, total, told(metric, total))


def together(figures: Iterable[Figure]) -> Figure:
    """Parts are added, never shares."""
    value, whole = Decimal(0), Decimal(0)
    for one in figures:
        value, whole = value + one.value, whole + (one.whole or 0)
    return Figure(unit=0, value=value, whole=whole)


def amount_of(metric: Metric, figure: Figure) -> Decimal | None:
    """What is compared: the share, or the value. None for a share of nothing."""
    if metric.measure != SHARE:
        return figure.value
    return figure.value / figure.whole if figure.whole else None


def told(metric: Metric, figure: Figure) -> str:
    amount = amount_of(metric, figure)
    if amount is None:
        return "—"
    if metric.measure == SHARE:
        return f"{amount:.1%}"
    return format_money(amount) if metric.measure == MONEY else f"{amount:,.0f} {metric.measure}"


def _bar(amount: Decimal | None, longest: Decimal) -> int:
    return round(100 * amount / longest) if amount and longest > 0 else 0
