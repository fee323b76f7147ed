"""What must be true of the things the offices own, as tables; one module per topic."""

from .card import Card, NumberSeries
from .category import Category, OldCode
from .depreciation import Book, Closing, Posting, Reopening, Schedule

__all__ = ["Book", "Card", "Category", "Closing", "NumberSeries", "OldCode", "Posting", "Reopening", "Schedule"]
