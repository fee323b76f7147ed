"""Hand-written pages of the stocktake."""

from .counting import count_list, count_page, count_take, count_worker
from .managing import count_deed
from .mine import count_mine
from .report import count_report

__all__ = ["count_deed", "count_list", "count_mine", "count_page", "count_report", "count_take", "count_worker"]
