"""What must be true of the things the offices own, as tables; one module per topic."""

from .acceptance import Acceptance, AcceptanceLine
from .annual import AnnualReport
from .card import GUARDED, Card, NumberSeries
from .category import Category, OldCode
from .correction import Correction
from .depreciation import Book, Closing, Posting, Reopening, Schedule
from .disposal import Disposal, DisposalLine
from .lending import Loan
from .movement import Movement

__all__ = [
    "GUARDED",
    "Acceptance",
    "AcceptanceLine",
    "AnnualReport",
    "Book",
    "Card",
    "Category",
    "Closing",
    "Correction",
    "Disposal",
    "DisposalLine",
    "Loan",
    "Movement",
    "NumberSeries",
    "OldCode",
    "Posting",
    "Reopening",
    "Schedule",
]
