"""What must be true of the things the offices own, as tables; one module per topic."""

from .card import Card, NumberSeries
from .category import Category

__all__ = ["Card", "Category", "NumberSeries"]
