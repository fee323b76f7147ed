"""Smallest valid requests to buy, transfers and repairs. Say only what the test is about."""

from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from jishu.apps.asset.models import Card, Category
from jishu.apps.asset.purchase.models import PurchaseLine
from jishu.apps.asset.repair.models import Repair
from jishu.apps.asset.transfer.models import Transfer
from jishu.platform.lib.clock import today

from .counting_makers import make_stock_card

_numbers = count(1)


def make_purchase(unit: Any, category: Category, **values: Any) -> PurchaseLine:
    """Approved and not here yet."""
    number = next(_numbers)
    defaults = {
        "case": uuid4(), "position": 1, "number": f"SG-{number:06d}", "name": f"待购设备{number:04d}", "quantity": 2,
        "price": Decimal(4000), "why": "new", "state": "approved", "asked_on": today(), "approved_on": today(),
        "evidence": {"heads": 1, "told": [], "beyond": [], "idle": [], "pool": []},
    }  # fmt: skip
    return PurchaseLine.objects.create(unit=unit, category=category, **(defaults | values))


def make_transfer(unit: Any, **values: Any) -> Transfer:
    """Within the unit, unless told otherwise."""
    number = next(_numbers)
    defaults = {
        "case": uuid4(), "number": f"DB-{number:06d}", "mode": "within", "to_unit": unit, "moved_on": today(),
        "cards": 1, "value": Decimal(5000), "net": Decimal(4000), "reason": f"岗位调整{number:04d}",
    }  # fmt: skip
    return Transfer.objects.create(unit=unit, **(defaults | values))


def make_repair(unit: Any, card: Card | None = None, **values: Any) -> Repair:
    """Mended, and booked as an expense."""
    number = next(_numbers)
    defaults = {
        "case": uuid4(), "state": "completed", "fault": f"第{number:04d}次不能开机", "asked_on": today(),
        "repairer": "维修站", "quote": Decimal(300), "cost": Decimal(300), "booking": "expense", "done_on": today(),
        "result": "更换电源",
    }  # fmt: skip
    return Repair.objects.create(unit=unit, card=card or make_stock_card(unit), **(defaults | values))
