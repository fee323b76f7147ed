"""Smallest valid consumables. Say only what the test is about."""

from decimal import Decimal
from itertools import count
from typing import Any

from jishu.apps.asset.supplies.models import SupplyBatch, SupplyItem, SupplyMove, SupplyPlace
from jishu.platform.lib.clock import today

_numbers = count(1)


def make_supply(unit: Any, on_hand: int = 0, *, place: str = "库房一", price: int = 2, **values: Any) -> SupplyItem:
    """With ``on_hand`` pieces of one batch in one place."""
    item = SupplyItem.objects.create(unit=unit, on_hand=on_hand, **({"name": f"复印纸{next(_numbers):04d}"} | values))
    if on_hand:
        SupplyPlace.objects.create(item=item, place=place, on_hand=on_hand)
        SupplyBatch.objects.create(item=item, received_on=today(), price=price, received=on_hand, left=on_hand)
    item.refresh_from_db()
    return item


def make_move(unit: Any) -> SupplyMove:
    item = make_supply(unit)
    return SupplyMove.objects.create(
        item=item, kind="receive", place=f"库房{next(_numbers):04d}", quantity=1, amount=Decimal(2)
    )


MAKERS = {"asset.supplyitem": make_supply, "asset.supplymove": make_move}
