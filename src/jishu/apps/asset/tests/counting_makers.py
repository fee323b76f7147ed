"""Smallest valid stocktakes and their lines. Say only what the test is about.

The cards come from the app's own makers, which gather these: they are asked for when needed, by the models alone.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from jishu.apps.asset.counting.models import Campaign, CountLine, Surplus
from jishu.apps.asset.models import Card, Category
from jishu.platform.lib.clock import now, today

_numbers = count(1)


def make_campaign(unit: Any, **values: Any) -> Campaign:
    """Being counted, with nothing on its list, unless told otherwise."""
    defaults = {
        "title": f"第{next(_numbers):04d}次盘点", "due_on": today() + timedelta(days=10), "state": "counting",
        "started_at": now(),
    }  # fmt: skip
    return Campaign.objects.create(unit=unit, **(defaults | values))


def make_line(campaign: Campaign, card: Card | None = None, **values: Any) -> CountLine:
    card = card or make_stock_card(campaign.unit)
    frozen = {
        "number": card.number, "name": card.name, "place": card.place, "user": card.user, "value": card.value,
        "department": card.department, "card_state": card.state,
    }  # fmt: skip
    Campaign.objects.filter(pk=campaign.pk).update(expected=campaign.lines.count() + 1)
    return CountLine.objects.create(campaign=campaign, card=card, **(frozen | values))


def make_surplus(campaign: Campaign, **values: Any) -> Surplus:
    defaults = {
        "name": f"账外物品{next(_numbers):04d}", "category": _category(), "place": "2号楼 101", "value": Decimal(800),
        "reason": "接受捐赠未入账",
    }  # fmt: skip
    return Surplus.objects.create(campaign=campaign, **(defaults | values))


def _category() -> Category:
    number = next(_numbers)
    return Category.objects.create(code=f"C{number:08d}", name=f"品目{number}", path=f"c{number}.", measure="台")


def make_stock_card(unit: Any) -> Card:
    number = next(_numbers)
    return Card.objects.create(
        unit=unit, category=_category(), number=f"COUNT-{number:06d}", name=f"应盘物品{number:04d}",
        value=Decimal(5000), acquired_on=date(2024, 3, 5), place="1号楼 305",
    )  # fmt: skip


MAKERS = {
    "asset.campaign": make_campaign,
    "asset.countline": lambda agency: make_line(make_campaign(agency)),
    "asset.surplus": lambda agency: make_surplus(make_campaign(agency)),
}
