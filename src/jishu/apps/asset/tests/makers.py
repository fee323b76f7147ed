"""Smallest valid cards and classes. Say only what the test is about."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from jishu.apps.asset.counting.tests import makers as counting
from jishu.apps.asset.models import Card, Category
from jishu.apps.asset.supplies.tests import makers as supplies

_numbers = count(1)


def make_category(name: str = "", parent: Category | None = None) -> Category:
    number = next(_numbers)
    category = Category.objects.create(
        code=f"T{number:08d}", name=name or f"设备{number}", parent=parent, path=f"?{number}", measure="台"
    )
    category.path = f"{parent.path if parent else ''}{category.pk}."
    category.save()
    return category


def make_card(unit: Any, **values: Any) -> Card:
    """In stock, unless told otherwise."""
    number = next(_numbers)
    defaults = {
        "number": f"TEST-{number:06d}",
        "name": f"测试资产{number}",
        "value": Decimal("5000.00"),
        "acquired_on": date(2024, 3, 5),
    }
    if "category" not in values:
        values["category"] = make_category()
    return Card.objects.create(unit=unit, **(defaults | values))


MAKERS = {
    "asset.card": make_card,
    "asset.category": lambda agency: make_category(),
    **counting.MAKERS,
    **supplies.MAKERS,
}
