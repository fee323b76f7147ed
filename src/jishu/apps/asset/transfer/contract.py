"""What transfers add to the contract of the asset system."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Resource

from . import panels, selectors
from .item import ITEM
from .models import Transfer

TRANSFERS = Resource(
    model=Transfer,
    title="调拨单",
    purpose="资产从哪里调到哪里、编号有没有变、账面还有多少；调出和调入单位各有一份。",
    rows=selectors.transfers_visible_to,
    columns=(
        Column(path="number", sort=False),
        Column(path="mode", sort=False),
        Column(path="unit__short_name", title="调出单位", sort=False),
        Column(path="to_unit__short_name", title="调入单位", sort=False),
        Column(path="moved_on", sort=False),
        Column(path="cards", sort=False),
        Column(path="value", sort=False),
        Column(path="net", sort=False),
        Column(path="reason", sort=False, shown=False),
    ),
    filters=(
        Filter(path="mode"),
        Filter(path="unit", title="调出单位"),
        Filter(path="to_unit", title="调入单位"),
        Filter(path="moved_on"),
    ),
    panels={"明细": panels.of_transfer},
    catalogue=Catalogued(code="GW23", condition=INTERNAL, published="2026-11-23"),
    retention="资产处置后十年",
)

RESOURCES = (TRANSFERS,)
ITEMS = (ITEM,)
LOOK = (selectors.VIEW,)
KEEP = (selectors.VIEW, selectors.APPLY)
