"""RA-01 超数量: more of a kind than the standard allows for the people in office, and some of it bought lately."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from django.db.models import Count, QuerySet

from jishu.apps.asset.models import Card
from jishu.apps.asset.purchase import standards
from jishu.apps.asset.selectors import headcounts
from jishu.platform.contract import RiskFinding
from jishu.platform.standards.api import Ruling, agencies_under

from .reading import fact, finding, of_card

GOING = (Card.State.RETIRING, Card.State.RETIRED)


def too_many(day: date, since: date, units: set[int], classes: Mapping[str, list[int]]) -> Iterator[RiskFinding]:
    """One finding for each unit and standard: the first thing bought lately for which there was no room left."""
    heads = headcounts(day)
    for code in sorted({*classes, *(pool for one in classes for pool in standards.pools_of(one))}):
        together = [pk for one in standards.members_of(code) for pk in classes.get(one, ())]
        held = Card.objects.filter(category__in=together, acquired_on__lte=day).exclude(state__in=GOING)
        for standard, under in agencies_under(code, on=day):
            allowed = {unit: standards.most_for(standard, heads.get(unit, 0)) for unit in units.intersection(under)}
            yield from _beyond(standard, {unit: most for unit, most in allowed.items() if most is not None}, held, since)


def _beyond(standard: Ruling, allowed: dict[int, int], held: QuerySet[Card], since: date) -> Iterator[RiskFinding]:
    """Counted from the oldest on: what was there first had its place first."""
    owned = held.filter(unit__in=allowed).order_by().values("unit").annotate(count=Count("id"))
    counts = dict(owned.values_list("unit", "count"))
    over = {unit: counts[unit] - allowed[unit] for unit in counts if counts[unit] > allowed[unit]}
    lately: dict[int, list[Card]] = defaultdict(list)
    for card in held.filter(unit__in=over, acquired_on__gte=since).order_by("-acquired_on", "-id"):
        if len(lately[card.unit_id]) < over[card.unit_id]:
            lately[card.unit_id].append(card)
    for unit, cards in sorted(lately.items()):
        if not (bought := [card for card in cards if card.source == Card.Source.PURCHASE]):
            continue
        facts = (
            fact("标准数量", f"{allowed[unit]} 件"), fact("现有", f"{counts[unit]} 件"),
            fact("超出后购置", f"{len(bought)} 件"), fact("取得日期", bought[-1].acquired_on),
        )  # fmt: skip
        yield finding(of_card(bought[-1]), unit, standard, facts)
