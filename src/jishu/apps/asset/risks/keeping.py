"""Keeping: RA-04 盘亏未处理, RA-06 离岗未交接, RA-07 闲置未入仓."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from jishu.apps.asset.counting.models import CountLine
from jishu.apps.asset.models import Card, Category
from jishu.platform.contract import RiskFinding, Subject
from jishu.platform.identity.api import Person

from .reading import before, fact, finding, held, listed, of_card

SEEN = (CountLine.Result.FOUND, CountLine.Result.MOVED)
IN_STOCK = Q(state=Card.State.IDLE, reserved_for=None)


def missing_and_left(day: date) -> Iterator[RiskFinding]:
    """Missing in a stocktake so many days ago, not found in a later one, and still on the books."""
    for ruling, units in held("ra_04", day):
        later = CountLine.objects.filter(card=OuterRef("card"), id__gt=OuterRef("id"))
        lines = CountLine.objects.filter(
            ~Exists(later.filter(result__in=SEEN)), card__unit__in=units, result=CountLine.Result.MISSING,
            counted_at__date__lt=before(day, ruling),
        ).exclude(card__state=Card.State.RETIRED)  # fmt: skip
        first = lines.order_by("card_id", "id").distinct("card_id").select_related("card", "campaign")
        for line in first:
            facts = (
                fact("盘点", line.campaign.title), fact("盘亏登记", line.counted_at.date() if line.counted_at else day),
                fact("原因", line.reason or "未写明"), fact("原值", line.value),
                fact("卡片状态", line.card.get_state_display()),
            )  # fmt: skip
            yield finding(of_card(line.card), line.card.unit_id, ruling, facts)


def left_behind(day: date) -> Iterator[RiskFinding]:
    """Somebody has left, and things still stand under their name: one finding for each person and unit."""
    for ruling, units in held("ra_06", day):
        gone = Person.objects.filter(left_on__lte=before(day, ruling))
        cards = Card.objects.filter(Q(user__in=gone) | Q(keeper__in=gone), unit__in=units)
        found: dict[tuple[Person, int], list[Card]] = defaultdict(list)
        for card in cards.exclude(state=Card.State.RETIRED).select_related("user", "keeper").order_by("id"):
            for person in _gone({card.user, card.keeper}, day):
                found[person, card.unit_id].append(card)
        for (person, unit), theirs in found.items():
            subject = Subject(kind="identity.person", uid=person.uid, label=f"{person.name}名下资产")
            facts = [fact("离岗日期", person.left_on or day), fact("未交接", f"{len(theirs)} 件"), *listed(theirs)]
            yield finding(subject, unit, ruling, facts)


def _gone(people: Iterable[Person | None], day: date) -> list[Person]:
    return [one for one in people if one is not None and one.left_on is not None and one.left_on <= day]


def idle_and_unlisted(day: date) -> Iterator[RiskFinding]:
    """In stock for so long without being offered in the pool: one finding for each class and unit.

    Three nights running keep out what just passes through.
    """
    for ruling, units in held("ra_07", day):
        cards = Card.objects.filter(IN_STOCK, unit__in=units, idle_since__lt=before(day, ruling))
        found: dict[tuple[Category, int], list[Card]] = defaultdict(list)
        for card in cards.select_related("category").order_by("id"):
            found[card.category, card.unit_id].append(card)
        for (category, unit), idle in found.items():
            subject = Subject(kind="asset.category", uid=category.uid, label=f"闲置的{category.name}")
            value = sum((card.value for card in idle), Decimal(0))
            since = min(card.idle_since for card in idle if card.idle_since)
            facts = [fact("件数", f"{len(idle)} 件"), fact("原值合计", value), fact("最早闲置", since), *listed(idle)]
            yield finding(subject, unit, ruling, facts)
