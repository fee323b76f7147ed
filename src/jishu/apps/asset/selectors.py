"""What may this person see?"""

from datetime import date
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from jishu.platform.contract import Matter
from jishu.platform.identity.api import Actor, Appointment, Person, Unit

from .depreciation.figures import as_of, with_figures
from .models import Card, Category, Loan, OldCode

LISTED = 20


def categories_visible_to(actor: Actor) -> QuerySet[Category]:
    """The classification is a national standard: the same for everyone."""
    return Category.objects.select_related("parent")


def old_codes_visible_to(actor: Actor) -> QuerySet[OldCode]:
    return OldCode.objects.select_related("category")


def cards_visible_to(actor: Actor) -> QuerySet[Card]:
    """Of the units the actor keeps assets for; otherwise those the person uses or keeps."""
    cards = _cards_as_of(as_of())
    if scope := actor.scope("asset.view_card"):
        return cards.filter(scope.within_agencies("unit"))
    return cards.filter(Q(user=actor.person_id) | Q(keeper=actor.person_id))


@lru_cache(maxsize=2)
def _cards_as_of(month: date) -> QuerySet[Card]:
    """Never read itself. Working out the query of the figures takes a tenth of a list page, and it changes monthly."""
    return with_figures(Card.objects.select_related("category", "unit", "department", "user", "keeper"), month)


def cards_once_numbered(actor: Actor, number: str) -> list[Card]:
    """Things that came by a transfer and bore this number until then."""
    return list(cards_visible_to(actor).filter(transfers__number_before=number).distinct().order_by("id")[:11])


def cards_managed_by(actor: Actor, permission: str) -> QuerySet[Card]:
    """Of the units where the actor holds ``permission`` by a grant; nobody manages by merely using."""
    return Card.objects.filter(actor.scope(permission).within_agencies("unit"))


def stock_of(unit: Unit, category: Category) -> QuerySet[Card]:
    """Cards of the unit that can be handed out now, oldest first: what was bought first is used first."""
    return Card.objects.filter(
        unit=unit, category__path__startswith=category.path, state=Card.State.IDLE, reserved_for=None
    ).order_by("acquired_on", "id")


def cards_reserved_for(case: UUID) -> QuerySet[Card]:
    return Card.objects.filter(reserved_for=case).order_by("id")


def cards_used_by(actor: Actor) -> QuerySet[Card]:
    return Card.objects.filter(user=actor.person_id)


def held_by(person: Person, category: Category) -> int:
    """How many things of this class the person already uses."""
    return Card.objects.filter(user=person, category__path__startswith=category.path, state=Card.State.IN_USE).count()


def held_by_unit(person: str) -> list[tuple[Unit, list[Card]]]:
    """Everything in somebody's hands (``person`` is their key), unit by unit."""
    used = Card.objects.filter(user__uid=person).exclude(state=Card.State.RETIRED)
    cards = used.select_related("unit", "user").order_by("unit_id", "number")
    return [(unit, list(held)) for unit, held in groupby(cards, attrgetter("unit"))]


def headcounts(day: date, unit: Unit | None = None) -> dict[int, int]:
    """在岗人数 by key of the 单位: those whose first post is there that day."""
    posts = Appointment.objects.filter(is_primary=True, during__contains=day)
    posts = posts.filter(Q(person__left_on=None) | Q(person__left_on__gt=day))
    if unit is not None:
        posts = posts.filter(unit__path__startswith=unit.path)
    rows = posts.annotate(agency=Coalesce("unit__agency", "unit")).values("agency").annotate(heads=Count("id"))
    return dict(rows.order_by().values_list("agency", "heads"))


def left_with(person: Person) -> list[Matter]:
    """What must be handed over before somebody leaves: what they use, and what they keep for others."""
    mine = Card.objects.filter(Q(user=person) | Q(keeper=person)).exclude(state=Card.State.RETIRED)
    count, cards = mine.count(), mine.order_by("unit_id", "number")[:LISTED]
    found = [
        Matter(text=f"资产：{card.name} {card.number}", remedy="请办理“资产交接”，可以一次全部交清。") for card in cards
    ]
    if count > LISTED:
        found.append(Matter(text=f"资产共 {count} 件，以上为其中 {LISTED} 件。", remedy="在“资产交接”里一并移交。"))
    booked = Loan.objects.filter(borrower=person, state=Loan.State.BOOKED).select_related("card")[:LISTED]
    found += [Matter(text=f"预约借用：{one.card}", remedy="请资产管理员取消预约。") for one in booked]
    return found


def categories_in_stock(actor: Actor) -> QuerySet[Category]:
    """Classes of which the actor's own unit has something to hand out."""
    if actor.agency is None:
        return Category.objects.none()
    free = Card.objects.filter(unit=actor.agency, state=Card.State.IDLE, reserved_for=None)
    return Category.objects.filter(pk__in=free.values("category_id"))
