"""What must be true of the things the offices own, as tables; one module per topic."""

from .acceptance import Acceptance, AcceptanceLine
from .card import Card, NumberSeries
from .category import Category, OldCode
from .depreciation import Book, Closing, Posting, Reopening, Schedule
from .disposal import Disposal, DisposalLine
from .lending import Loan

__all__ = [
    "Acceptance",
    "AcceptanceLine",
    "Book",
    "Card",
    "Category",
    "Closing",
    "Disposal",
    "DisposalLine",
    "Loan",
    "NumberSeries",
    "OldCode",
    "Posting",
    "Reopening",
    "Schedule",
]
