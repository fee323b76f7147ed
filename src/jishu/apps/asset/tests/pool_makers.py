"""Smallest valid listings. Say only what the test is about."""

from datetime import timedelta
from itertools import count
from typing import Any

from jishu.apps.asset.models import Card
from jishu.apps.asset.pool.models import PoolListing
from jishu.platform.lib.clock import today

from .counting_makers import make_stock_card

_numbers = count(1)


def make_listing(unit: Any, **values: Any) -> PoolListing:
    """On offer for ten days, its card reserved."""
    card = values.pop("card", None) or make_stock_card(unit)
    listing = PoolListing.objects.create(
        card=card, unit=unit, name=f"{card.name}第{next(_numbers):04d}号",
        **({
            "source": "idle", "condition": "九成新，功能完好", "place": "2号楼库房", "worth": 3000,
            "listed_on": today(), "until": today() + timedelta(days=10),
        } | values),
    )  # fmt: skip
    Card.objects.filter(pk=card.pk).update(reserved_for=listing.uid)
    return listing


MAKERS = {"asset.poollisting": make_listing}
