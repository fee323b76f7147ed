"""Closing a month of a unit, and opening the last one again — by two people."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jishu.apps.asset import events
from jishu.apps.asset.models import Closing, Posting, Reopening
from jishu.platform.command import claim, command, touched
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from . import planning
from .books import book_of
from .months import after, month_of
from .reading import closings_visible_to, reopenings_visible_to

CLOSE, CONFIRM = "asset.close_depreciation", "asset.confirm_reopening"


class AlreadyClosed(Conflict):
    """该月折旧已结账。"""


class NotYourOwn(DomainError):
    """反结账须由申请人以外的人复核。"""


# By the class at the top (门类).
_TOTALS = """
WITH RECURSIVE up AS (
    SELECT id, id AS root, parent_id FROM asset_category
    UNION ALL SELECT up.id, c.id, c.parent_id FROM up JOIN asset_category c ON c.id = up.parent_id
), tops AS (SELECT id, root FROM up WHERE parent_id IS NULL),
figures AS (
    SELECT s.card_id, s.value,
           asset_depreciated(base, carried, opening, months, counts_from, posts_from, ends_on, %(month)s) AS taken,
           asset_depreciated(base, carried, opening, months, counts_from, posts_from, ends_on, %(before)s) AS before
    FROM asset_schedule s
    WHERE book_id = %(book)s AND posts_from <= %(month)s AND (ends_on IS NULL OR ends_on > %(month)s)
)
SELECT tops.root, count(*), sum(f.value), sum(f.taken - f.before), sum(f.taken)
FROM figures f JOIN asset_card c ON c.id = f.card_id JOIN tops ON tops.id = c.category_id
GROUP BY tops.root ORDER BY tops.root
"""


@command(CLOSE, audited_as="depreciation.closed", titled="折旧结账")
def close_month(actor: Actor, /, *, unit: Unit, month: date) -> Closing:
    """Post the month, once: whoever comes second, or at the same moment, is told that it is closed."""
    if not actor.scope(CLOSE).covers(unit):
        raise Missing("您不负责该单位的资产。", field="unit")
    book = book_of(unit)
    _check_turn(book.closed_through, month)
    planning.begin(book)
    lines = _totals(book.pk, month)
    with explained({"closing_holds_once_a_month": AlreadyClosed(field="month")}):
        closing = Closing.objects.create(
            unit=unit, month=month, closed_by=actor.person, cards=sum(line[1] for line in lines),
            value=sum(line[2] for line in lines), amount=sum(line[3] for line in lines),
            accumulated=sum(line[4] for line in lines),
        )  # fmt: skip
    Posting.objects.bulk_create(
        Posting(closing=closing, category_id=key, cards=cards, value=value, amount=amount, accumulated=accumulated)
        for key, cards, value, amount, accumulated in lines
    )
    book.closed_through = month
    book.save(update_fields=("closed_through",))
    events.depreciation_closed(closing)
    return closing


@command(CLOSE, audited_as="depreciation.reopening_asked", titled="申请反结账")
def ask_reopening(actor: Actor, /, *, closing: UUID, reason: str) -> Reopening:
    """Only the last closed month, so that the months stay in order."""
    held = claim(closings_visible_to(actor, CLOSE), closing)
    if held.state != Closing.State.CLOSED or book_of(held.unit).closed_through != held.month:
        raise Conflict("只能反结账最近一个已结账的月份。")
    with explained({"reopening_is_asked_once": Conflict("该月的反结账已经申请，等待复核。")}):
        return Reopening.objects.create(closing=held, reason=reason, asked_by_id=actor.person_id)


@command(CONFIRM, audited_as="depreciation.reopening_decided", titled="复核反结账")
def decide_reopening(actor: Actor, /, *, reopening: UUID, agrees: bool, opinion: str = "") -> Reopening:
    """The month is open again, its closing kept as it was."""
    held = claim(reopenings_visible_to(actor, CONFIRM), reopening)
    if held.state != Reopening.State.WAITING:
        raise Conflict("该申请已经复核过。")
    if held.asked_by_id == actor.person_id:
        raise NotYourOwn
    if not agrees and not opinion:
        raise DomainError("不同意时请填写理由。", field="opinion")
    held.state = Reopening.State.CONFIRMED if agrees else Reopening.State.REFUSED
    held.decided_by, held.opinion = actor.person, opinion
    held.save()
    if agrees:
        _reopen(held.closing)
    return held


def _reopen(closing: Closing) -> None:
    book = book_of(closing.unit)
    if book.closed_through != closing.month:
        raise Conflict("此后又有月份结账，只能从最近的月份起逐月反结账。")
    touched(closing)
    closing.state = Closing.State.REOPENED
    closing.save(update_fields=("state",))
    book.closed_through = after(closing.month, -1)
    book.save(update_fields=("closed_through",))


def _check_turn(closed_through: date | None, month: date) -> None:
    if month > month_of(today()):
        raise DomainError("还没有到该月，不能结账。", field="month")
    if closed_through is None:
        return
    if month <= closed_through:
        raise AlreadyClosed(f"{month:%Y年%-m月}折旧已结账。", field="month")
    if month != (due := after(closed_through)):
        raise DomainError(f"应先结 {due:%Y年%-m月}，再结 {month:%Y年%-m月}。", field="month")


def _totals(book: int, month: date) -> list[tuple[Any, ...]]:
    given: Mapping[str, Any] = {"book": book, "month": month, "before": after(month, -1)}
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, given)
        return list(cursor.fetchall())
