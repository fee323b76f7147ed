"""Books of units: who may write to them, and which month is the first that is still open."""

from datetime import date

from jishu.apps.asset.models import Book
from jishu.platform.identity.api import Unit
from jishu.platform.lib.errors import Conflict

from .months import after


class MonthClosed(Conflict):
    """该月折旧已结账，不能再改；确需更正的，请先申请反结账。"""


CONSTRAINTS = {
    "schedule_month_is_open": MonthClosed(),
    "schedule_spreads_no_more_than_the_value": Conflict("变动后的原值低于已提折旧，请核对金额。", field="value"),
    "schedule_amounts_are_not_negative": Conflict("变动后的原值低于已提折旧，请核对金额。", field="value"),
}


def book_of(unit: Unit) -> Book:
    """Locked against closing until the transaction ends; others may go on planning beside it."""
    Book.objects.bulk_create([Book(unit=unit)], ignore_conflicts=True)
    return Book.objects.select_for_update(no_key=False, of=("self",)).get(unit=unit)


def first_open(book: Book, month: date) -> date:
    """``month`` itself, or the month after the last closed one."""
    return max(month, after(book.closed_through)) if book.closed_through else month
