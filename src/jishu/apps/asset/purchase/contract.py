"""What buying adds to the contract of the asset system."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Filter, Resource

from . import panels, selectors
from .item import ITEM
from .models import PurchaseLine

PURCHASES = Resource(
    model=PurchaseLine,
    title="申购明细",
    purpose="各单位申购了什么、依据哪条标准、批了多少、到了多少；超标准和疑似拆单的单独标出。",
    rows=selectors.purchases_visible_to,
    columns=(
        Column(path="number", sort=False),
        Column(path="name", sort=False),
        Column(path="state", sort=False),
        Column(path="category__name", title="资产分类", sort=False),
        Column(path="unit__short_name", title="单位", sort=False),
        Column(path="quantity", sort=False),
        Column(path="received", sort=False),
        Column(path="is_open", sort=False),
        Column(path="price", sort=False),
        Column(path="asked_on", sort=False),
        Column(path="is_over", sort=False),
        Column(path="is_split", sort=False),
        Column(path="why", sort=False, shown=False),
        Column(path="spec", sort=False, shown=False),
        Column(path="approved_on", sort=False, shown=False),
    ),
    filters=(
        Filter(path="state"),
        Filter(path="is_open"),
        Filter(path="unit"),
        Filter(path="category"),
        Filter(path="asked_on"),
        Filter(path="is_over"),
        Filter(path="is_split"),
    ),
    state="state",
    panels={"核对与到货": panels.of_line},
    opens_with="核对与到货",
    catalogue=Catalogued(code="GW22", condition=INTERNAL, published="2026-11-23"),
    retention="十年",
)

RESOURCES = (PURCHASES,)
ITEMS = (ITEM,)
EVERYONE = (selectors.APPLY,)
KEEP = (selectors.VIEW,)
waiting = selectors.waiting
