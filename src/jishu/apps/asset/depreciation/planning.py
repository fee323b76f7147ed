"""Schedules follow the cards: begun with them, changed where their value or life changes, ended with them.

Steps of the commands that change cards; the caller holds the cards.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import connection

from jishu.apps.asset.categories.rules import Classes
from jishu.apps.asset.models import Book, Card, Schedule
from jishu.platform.identity.api import Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError

from .books import CONSTRAINTS, book_of, first_open
from .figures import depreciated
from .months import after, between, month_of

# 名义金额: what is booked at 1 yuan or less only stands for itself.
NOMINAL = Decimal(1)

_BEGIN = """
INSERT INTO asset_schedule
    (card_id, book_id, why, value, base, carried, opening, months, counts_from, posts_from)
SELECT id, %(book)s, %(why)s, value, value, 0,
       CASE WHEN %(is_opening)s AND posts_from > acquired
            THEN asset_depreciated(value, 0, 0, months, acquired, acquired, NULL, posts_from - 1) ELSE 0 END,
       months, acquired, posts_from
FROM (SELECT c.id, c.value, COALESCE(c.life_months, l.months) AS months,
             date_trunc('month', c.acquired_on)::date AS acquired,
             GREATEST(date_trunc('month', c.acquired_on)::date, %(first)s::date) AS posts_from
      FROM asset_card c LEFT JOIN unnest(%(classes)s::bigint[], %(lives)s::integer[]) AS l (category, months)
           ON l.category = c.category_id
      WHERE c.unit_id = %(unit)s AND (%(cards)s::bigint[] IS NULL OR c.id = ANY (%(cards)s))
        AND c.value > %(nominal)s AND c.state <> 'retired' AND c.category_id <> ALL (%(never)s::bigint[])
        AND NOT EXISTS (SELECT 1 FROM asset_schedule s WHERE s.book_id = %(book)s AND s.card_id = c.id)) AS due
     -- Nor in any other book. LIMIT keeps this a look-up for each of the few that are left: otherwise every closing of
     -- every unit would read the plans of all units.
     LEFT JOIN LATERAL (SELECT s.card_id FROM asset_schedule s WHERE s.card_id = due.id LIMIT 1) AS elsewhere
         ON true
WHERE months IS NOT NULL AND elsewhere.card_id IS NULL
"""


def begin(book: Book, cards: Sequence[Card] | None = None, *, is_opening: bool = False) -> int:
    """Plan those of a unit's cards that have no schedule yet; all of them when none are named.

    The month of acquisition counts (当月增加当月计提). Where it is closed, the first open month makes up for it;
    ``is_opening``: it was posted elsewhere, before the ledger moved in, and is only taken over.
    """
    day, unit = today(), book.unit
    classes = Classes()
    rules = {one.id: classes.rules_of(one, on=day, unit=unit) for one in classes}
    lives = {key: held.life_months for key, held in rules.items() if held.life_months}
    given = {
        "book": book.pk,
        "why": Schedule.Why.OPENING if is_opening else Schedule.Why.NEW,
        "is_opening": is_opening,
        "first": first_open(book, date(1900, 1, 1)),
        "classes": list(lives),
        "lives": list(lives.values()),
        "never": [key for key, held in rules.items() if held.is_never_depreciated],
        "unit": unit.pk,
        "cards": None if cards is None else [card.pk for card in cards],
        "nominal": NOMINAL,
    }
    with explained(CONSTRAINTS), connection.cursor() as cursor:
        cursor.execute(_BEGIN, given)
        return cursor.rowcount


def begin_all(cards: Iterable[Card], *, is_opening: bool = False) -> None:
    """The same for new cards of any units, in the order of the units' keys."""
    by_unit: dict[int, list[Card]] = {}
    for card in cards:
        by_unit.setdefault(card.unit_id, []).append(card)
    units = Unit.objects.in_bulk(by_unit)
    for key in sorted(by_unit):
        begin(book_of(units[key]), by_unit[key], is_opening=is_opening)


def follow(card: Card, *, why: str = Schedule.Why.VALUE) -> None:
    """After its value, life, class or day of acquisition changed: from the first open month on, nothing before."""
    book = book_of(card.unit)
    last = Schedule.objects.filter(card=card).order_by("-posts_from").first()
    if last is None or _is_untouched(last, book):
        Schedule.objects.filter(card=card).delete()
        begin(book, [card], is_opening=last is not None and last.why == Schedule.Why.OPENING)
        return
    start = first_open(book, max(last.posts_from, month_of(today())))
    life = _life_of(card)
    if last.ends_on is not None or (last.value, _planned(last, card)) == (card.value, life):
        return
    _continue(last, card, book, start=start, life=life, why=why)


def stop(cards: Iterable[Card], *, on: date) -> None:
    """The month they go no longer counts (当月减少当月不再计提); if it is closed, the first open one."""
    for schedule in _open_ones(cards):
        book = book_of(schedule.book.unit)
        schedule.ends_on = first_open(book, max(month_of(on), schedule.posts_from))
        with explained(CONSTRAINTS):
            schedule.save(update_fields=("ends_on",))


def resume(cards: Iterable[Card]) -> None:
    """Taken back: what was stopped goes on as if nothing had happened, as long as no month was closed meanwhile."""
    for schedule in Schedule.objects.filter(card__in=list(cards), ends_on__isnull=False):
        later = Schedule.objects.filter(card=schedule.card_id, posts_from__gt=schedule.posts_from)
        if not later.exists():
            book_of(schedule.book.unit)
            schedule.ends_on = None
            with explained(CONSTRAINTS):
                schedule.save(update_fields=("ends_on",))


def forget(card: Card) -> None:
    """Entered by mistake, it leaves no plan behind, as long as none of its months is closed."""
    for schedule in Schedule.objects.filter(card=card).select_related("book__unit"):
        if not _is_untouched(schedule, book_of(schedule.book.unit)):
            raise Conflict("该资产的折旧已经结账，不能撤销。")
        schedule.delete()


def move(cards: Iterable[Card], *, on: date) -> None:
    """The cards are already in their new unit; whoever receives them bears the month."""
    moving = _open_ones(cards)
    units = {unit.pk: unit for one in moving for unit in (one.book.unit, one.card.unit)}
    for key in sorted(units):  # in one order, so that two moves never wait for each other
        book_of(units[key])
    for schedule in moving:
        card = schedule.card
        start = first_open(book_of(schedule.book.unit), max(month_of(on), schedule.posts_from))
        life = between(schedule.counts_from, start) + _rest(schedule, start)
        _continue(schedule, card, book_of(card.unit), start=start, life=life, why=Schedule.Why.MOVED)


def _continue(last: Schedule, card: Card, book: Book, *, start: date, life: int | None, why: str) -> None:
    """End one stretch and begin the next with what is left."""
    taken: Decimal = Schedule.objects.filter(pk=last.pk).values_list(depreciated(after(start, -1)), flat=True).get()
    left = card.value - taken
    if left < 0:
        raise CONSTRAINTS["schedule_amounts_are_not_negative"]
    first = month_of(card.acquired_on) if why != Schedule.Why.MOVED else last.counts_from
    months = (life or 0) - between(first, start)
    if left and months < 1:
        raise DomainError("该资产折旧年限已满，原值变动时请同时填写延长后的折旧年限。", field="life_months")
    with explained(CONSTRAINTS):
        last.ends_on = start
        last.save(update_fields=("ends_on",))
        if last.posts_from == start:
            last.delete()
        Schedule.objects.create(
            card=card, book=book, why=why, value=card.value, base=left, carried=taken, opening=taken,
            months=max(months, 1), counts_from=start, posts_from=first_open(book, start),
        )  # fmt: skip


def _is_untouched(schedule: Schedule, book: Book) -> bool:
    """Nothing of it was ever posted, and nothing came before it: it may be planned anew."""
    is_first = not schedule.carried and schedule.why in (Schedule.Why.NEW, Schedule.Why.OPENING)
    return is_first and (book.closed_through is None or schedule.posts_from > book.closed_through)


def _open_ones(cards: Iterable[Card]) -> list[Schedule]:
    found = Schedule.objects.filter(card__in=[card.pk for card in cards], ends_on=None)
    return list(found.select_related("card__unit", "book__unit").order_by("book_id", "card_id"))


def _life_of(card: Card) -> int | None:
    if card.value <= NOMINAL:
        return None
    return card.life_months or Classes().rules_of(card.category, on=today(), unit=card.unit).life_months


def _planned(schedule: Schedule, card: Card) -> int:
    """The whole life the schedule was made for."""
    return between(month_of(card.acquired_on), schedule.counts_from) + schedule.months


def _rest(schedule: Schedule, start: date) -> int:
    """Months left at ``start``."""
    return max(schedule.months - between(schedule.counts_from, start), 0)
