"""RA-01 超数量: more of a kind than the standard allows for the people in office, and some of it bought lately."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from jishu.apps.asset.models import Card, Category
from jishu.apps.asset.purchase import standards
from jishu.apps.asset.selectors import headcounts
from jishu.platform.contract import RiskFinding, Subject
from jishu.platform.standards.api import Ruling, agencies_under

from .reading import fact, finding, listed

GOING = (Card.State.RETIRING, Card.State.RETIRED)


def too_many(day: date, since: date, units: set[int], classes: Mapping[str, list[int]]) -> Iterator[RiskFinding]:
    """One finding for each unit and class, about what was bought when there was no room left for it.

    A thing may count towards several standards (a colour printer: printers, and colour printers); one is enough.
    """
    heads = headcounts(day)
    told: set[tuple[int, int]] = set()
    for code in sorted({*classes, *(pool for one in classes for pool in standards.pools_of(one))}):
        together = [pk for one in standards.members_of(code) for pk in classes.get(one, ())]
        held = Card.objects.filter(category__in=together, acquired_on__lte=day).exclude(state__in=GOING)
        for standard, under in agencies_under(code, on=day):
            allowed = {unit: standards.most_for(standard, heads.get(unit, 0)) for unit in units.intersection(under)}
            for beyond in _beyond({unit: most for unit, most in allowed.items() if most is not None}, held, since):
                key = (beyond.unit, beyond.category.pk)
                if key not in told:
                    told.add(key)
                    yield beyond.finding(standard)


@dataclass(frozen=True)
class Beyond:
    unit: int
    category: Category
    allowed: int
    count: int
    bought: list[Card]

    def finding(self, standard: Ruling) -> RiskFinding:
        label = f"超标准数量的{self.category.name}"
        facts = [
            fact("标准数量", f"{self.allowed} 件"), fact("现有", f"{self.count} 件"),
            fact("超出后购置", f"{len(self.bought)} 件"), *listed(self.bought),
        ]  # fmt: skip
        return finding(Subject(kind="asset.category", uid=self.category.uid, label=label), self.unit, standard, facts)


def _beyond(allowed: dict[int, int], held: QuerySet[Card], since: date) -> Iterator[Beyond]:
    """Counted from the oldest on: what was there first had its place first."""
    owned = held.filter(unit__in=allowed).order_by().values("unit").annotate(count=Count("id"))
    counts = dict(owned.values_list("unit", "count"))
    over = {unit: counts[unit] - allowed[unit] for unit in counts if counts[unit] > allowed[unit]}
    seen: Counter[int] = Counter()
    found: dict[tuple[int, int], list[Card]] = defaultdict(list)
    lately = held.filter(unit__in=over, acquired_on__gte=since).select_related("category")
    for card in lately.order_by("-acquired_on", "-id"):
        seen[card.unit_id] += 1
        if seen[card.unit_id] <= over[card.unit_id] and card.source == Card.Source.PURCHASE:
            found[card.unit_id, card.category_id].append(card)
    for (unit, _), cards in sorted(found.items()):
        yield Beyond(unit, cards[0].category, allowed[unit], counts[unit], cards[::-1])
