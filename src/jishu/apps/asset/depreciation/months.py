"""Months, each standing for itself by its first day."""

from datetime import date, timedelta

from jishu.platform.lib.errors import DomainError


def month_of(day: date) -> date:
    return day.replace(day=1)


def after(month: date, count: int = 1) -> date:
    """``count`` months later; a negative count looks back."""
    at = month.year * 12 + month.month - 1 + count
    return date(at // 12, at % 12 + 1, 1)


def between(first: date, last: date) -> int:
    """Months from one to the other: 0 within the same month."""
    return (last.year - first.year) * 12 + last.month - first.month


def last_day(month: date) -> date:
    return after(month) - timedelta(days=1)


def read_month(text: str) -> date:
    """``2026-11`` as an address says it."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise DomainError(f"“{text}”不是月份，请写作 2026-11。", field="month") from None
